package io.mivaa.batch.bench;

import dev.langchain4j.data.document.Document;
import dev.langchain4j.data.document.splitter.DocumentSplitters;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.TokenCountEstimator;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.pipeline.TokenCounter;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.transformer.splitter.TokenTextSplitter;

/**
 * Another library's splitter behind our pipeline: parser, model, store and search are the same. Its sizes are its own
 * and not those of the batch. Segments are found again in the text by all that is not white space, which libraries
 * change.
 */
final class LibraryChunker implements Chunker {

    private final String name;
    private final Splitting splitting;

    @FunctionalInterface
    private interface Splitting {
        List<String> split(String text, TokenCounter tokens);
    }

    private LibraryChunker(String name, Splitting splitting) {
        this.name = name;
        this.splitting = splitting;
    }

    /** In tokens of our model. */
    static LibraryChunker langChain4j(int size, int overlap) {
        return new LibraryChunker(
                "LangChain4j recursive " + size + "/" + overlap,
                (text, tokens) ->
                        DocumentSplitters.recursive(size, overlap, new Estimator(tokens)).split(Document.from(text)).stream()
                                .map(TextSegment::text)
                                .toList());
    }

    /** In tokens of OpenAI's cl100k, the only ones it knows. */
    static LibraryChunker springAi(int size) {
        return new LibraryChunker("Spring AI token " + size, (text, tokens) -> TokenTextSplitter.builder()
                .withChunkSize(size)
                .withMaxNumChunks(Integer.MAX_VALUE)
                .build()
                .split(new org.springframework.ai.document.Document(text))
                .stream()
                .map(org.springframework.ai.document.Document::getText)
                .toList());
    }

    private record Estimator(TokenCounter counter) implements TokenCountEstimator {

        @Override
        public int estimateTokenCountInText(String text) {
            return counter.count(text) - counter.count("");
        }

        @Override
        public int estimateTokenCountInMessage(ChatMessage message) {
            return estimateTokenCountInText(message.toString());
        }

        @Override
        public int estimateTokenCountInMessages(Iterable<ChatMessage> messages) {
            int count = 0;
            for (ChatMessage message : messages) {
                count += estimateTokenCountInMessage(message);
            }
            return count;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Chunk> chunk(ParsedDocument document, ChunkingOptions options, TokenCounter tokens) {
        Solid text = Solid.of(document.text());
        List<Chunk> chunks = new ArrayList<>();
        int from = 0;
        for (String segment : splitting.split(document.text(), tokens)) {
            String solid = Solid.of(segment).letters();
            int at = text.letters().indexOf(solid, from);
            if (solid.isEmpty()) {
                continue;
            }
            if (at < 0) {
                throw new IllegalStateException(name + " made a segment that is not in the text");
            }
            from = at + 1;
            int start = text.offsets()[at];
            int end = text.offsets()[at + solid.length() - 1] + 1;
            String part = document.text().substring(start, end);
            chunks.add(new Chunk(
                    chunks.size(),
                    part,
                    start,
                    end,
                    null,
                    List.of(),
                    Block.Kind.PARAGRAPH,
                    "",
                    tokens.count(part),
                    Sha256.of(part)));
        }
        return chunks;
    }

    /** A text without its white space, and where each unit stood. */
    private record Solid(String letters, int[] offsets) {

        static Solid of(String text) {
            int[] offsets = new int[text.length()];
            StringBuilder letters = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                if (!Character.isWhitespace(text.charAt(i))) {
                    offsets[letters.length()] = i;
                    letters.append(text.charAt(i));
                }
            }
            return new Solid(letters.toString(), offsets);
        }
    }
}
