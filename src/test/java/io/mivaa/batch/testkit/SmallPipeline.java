package io.mivaa.batch.testkit;

import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.pipeline.PipelineOptions;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.pipeline.document.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real pipeline of tiny steps: every line is a chunk, and each step first does what the test wants. */
public final class SmallPipeline {

    /** What a test does within a step. */
    public interface Step {
        Step NOTHING = (text, file, progress) -> {};

        void run(String text, Path file, ParseProgress progress);
    }

    public final AtomicInteger parsed = new AtomicInteger();
    public volatile Step parsing = Step.NOTHING;

    /** Parses in the place of this one. */
    public volatile @Nullable Parser other;

    public volatile Runnable embedding = () -> {};

    public Pipeline pipeline() {
        return of(new Lines(), new OneLineOneChunk(), new Lengths(), new ParseLimits(100, 1_000_000));
    }

    /** One of the steps given, whose results hold no more than text, chunks and vectors. */
    public static Pipeline of(Parser parser, Chunker chunker, Embedder embedder, ParseLimits limits) {
        return new Pipeline(
                List.of(parser),
                List.of(chunker),
                List.of(embedder),
                (source, document, chunks, vectors, model) -> new RagDocument(
                        source.filename(),
                        null,
                        document.text(),
                        document.blocks(),
                        document.pages(),
                        document.metadata(),
                        List.of(),
                        List.of(),
                        List.of(),
                        chunks,
                        vectors,
                        model,
                        new RagDocument.Quality(1, List.of(), List.of())),
                limits,
                new PipelineOptions(new ChunkingOptions("structure", 160, 0, 40), "onnx/all-minilm-l6-v2-q"),
                2);
    }

    private final class Lines implements Parser {

        @Override
        public Set<String> mediaTypes() {
            return Set.of("text/plain");
        }

        @Override
        public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
            parsed.incrementAndGet();
            Parser instead = other;
            if (instead != null) {
                return instead.parse(source, limits, progress);
            }
            try {
                String text = Files.readString(source.file());
                parsing.run(text, source.file(), progress);
                return new ParsedDocument(text, List.of(), Metadata.NONE, 1, List.of());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final class OneLineOneChunk implements Chunker {

        @Override
        public String name() {
            return "structure";
        }

        @Override
        public List<Chunk> chunk(ParsedDocument document, ChunkingOptions options, TokenCounter tokens) {
            List<Chunk> chunks = new ArrayList<>();
            int start = 0;
            for (String line : document.text().split("\n", -1)) {
                chunks.add(new Chunk(
                        chunks.size(),
                        line,
                        start,
                        start + line.length(),
                        null,
                        List.of(),
                        Block.Kind.PARAGRAPH,
                        "",
                        tokens.count(line),
                        Sha256.of(line)));
                start += line.length() + 1;
            }
            return chunks;
        }
    }

    private final class Lengths implements Embedder {

        @Override
        public EmbeddingModel model() {
            return new EmbeddingModel("onnx", "all-minilm-l6-v2-q", 2, 256);
        }

        @Override
        public int count(String text) {
            return text.length();
        }

        @Override
        public List<float[]> embed(List<String> texts) {
            embedding.run();
            return texts.stream()
                    .map(text -> new float[] {(float) Math.cos(text.length()), (float) Math.sin(text.length())})
                    .toList();
        }
    }
}
