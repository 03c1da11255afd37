package io.mivaa.batch.pipeline.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every strategy, every document, every tokenizer and all options. */
class ChunkerPropertyTests {

    private static final int DOCUMENTS = 40;

    private static final Pattern GRAPHEME = Pattern.compile("\\X");

    private static final List<Chunker> CHUNKERS = List.of(
            new StructureChunker(),
            new RecursiveChunker(),
            new SentenceChunker(),
            new PageChunker(),
            new FixedChunker());

    private static final List<ChunkingOptions> OPTIONS = List.of(
            new ChunkingOptions("any", 160, 0, 40),
            new ChunkingOptions("any", 16, 0, 0),
            new ChunkingOptions("any", 16, 7, 16),
            new ChunkingOptions("any", 40, 15, 10),
            new ChunkingOptions("any", 512, 100, 200));

    static Stream<Arguments> everyCombination() {
        Map<String, TokenCounter> counters = Map.of(
                "words", Counters.WORDS,
                "pieces", Counters.PIECES,
                "characters", Counters.CHARACTERS,
                "uneven", Counters.UNEVEN);
        return CHUNKERS.stream()
                .flatMap(chunker -> counters.entrySet().stream()
                        .flatMap(counter -> OPTIONS.stream()
                                .map(options -> Arguments.of(
                                        chunker.name() + " by " + counter.getKey(),
                                        chunker,
                                        counter.getValue(),
                                        options))));
    }

    @ParameterizedTest(name = "{0} {3}")
    @MethodSource("everyCombination")
    void keepsItsPromisesForArbitraryInput(
            String name, Chunker chunker, TokenCounter counter, ChunkingOptions options) {
        RandomDocuments documents = new RandomDocuments(20_26);
        for (int i = 0; i < DOCUMENTS; i++) {
            ParsedDocument document = documents.next();

            List<Chunk> chunks = Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(30), () -> chunker.chunk(document, options, counter));

            assertThat(uncovered(document.text(), chunks)).isEmpty();
            assertInOrder(chunks);
            chunks.forEach(chunk -> assertSound(chunk, document, options, counter));
            assertNoGraphemeIsCut(document, chunks);
            assertThat(repeated(chunks, counter)).allMatch(tokens -> tokens <= options.overlapTokens());
            assertThat(chunker.chunk(document, options, counter)).isEqualTo(chunks);
        }
    }

    /** But where a parser put the end of a block into one. */
    private static void assertNoGraphemeIsCut(ParsedDocument document, List<Chunk> chunks) {
        BitSet allowed = new BitSet();
        allowed.set(0);
        GRAPHEME.matcher(document.text()).results().forEach(grapheme -> allowed.set(grapheme.end()));
        document.blocks().forEach(block -> {
            allowed.set(Math.max(0, block.start() - 1), block.start() + 1);
            allowed.set(block.end() - 1, block.end() + 1);
        });
        for (Chunk chunk : chunks) {
            assertThat(allowed.get(chunk.start()) && allowed.get(chunk.end()))
                    .as("chunk %d..%d cuts no character", chunk.start(), chunk.end())
                    .isTrue();
        }
    }

    /** Tokens that each chunk repeats of the one before. */
    private static List<Integer> repeated(List<Chunk> chunks, TokenCounter counter) {
        return IntStream.range(1, chunks.size())
                .filter(i -> chunks.get(i).start() < chunks.get(i - 1).end())
                .mapToObj(i -> counter.count(chunks.get(i)
                                .text()
                                .substring(
                                        0,
                                        chunks.get(i - 1).end() - chunks.get(i).start()))
                        - counter.count(""))
                .toList();
    }

    private static List<Integer> uncovered(String text, List<Chunk> chunks) {
        BitSet covered = new BitSet();
        chunks.forEach(chunk -> covered.set(chunk.start(), chunk.end()));
        return Stream.iterate(0, i -> i + 1)
                .limit(text.length())
                .filter(i -> !Character.isWhitespace(text.charAt(i)) && !covered.get(i))
                .toList();
    }

    private static void assertInOrder(List<Chunk> chunks) {
        for (int i = 1; i < chunks.size(); i++) {
            assertThat(chunks.get(i).start()).isGreaterThan(chunks.get(i - 1).start());
            assertThat(chunks.get(i).end()).isGreaterThan(chunks.get(i - 1).end());
            assertThat(chunks.get(i).index()).isEqualTo(i);
        }
    }

    private static void assertSound(
            Chunk chunk, ParsedDocument document, ChunkingOptions options, TokenCounter counter) {
        assertThat(chunk.text()).isEqualTo(document.text().substring(chunk.start(), chunk.end()));
        assertThat(chunk.text()).isEqualTo(chunk.text().strip()).isNotEmpty();
        assertThat(chunk.tokens())
                .isEqualTo(counter.count(chunk.embeddedText()))
                .isLessThanOrEqualTo(options.maxTokens());
        assertThat(chunk.text().length()).isLessThanOrEqualTo(options.maxTokens() * 32);
        assertThat(chunk.context()).matches(context -> context.isEmpty() || context.endsWith("\n"));
        assertThat(cutsAPair(document.text(), chunk.start()) || cutsAPair(document.text(), chunk.end()))
                .as("cuts a surrogate pair")
                .isFalse();
        assertThat(touchedKinds(document, chunk)).contains(chunk.kind());
    }

    private static boolean cutsAPair(String text, int offset) {
        return offset > 0
                && offset < text.length()
                && Character.isSurrogatePair(text.charAt(offset - 1), text.charAt(offset));
    }

    private static List<Block.Kind> touchedKinds(ParsedDocument document, Chunk chunk) {
        Stream<Block.Kind> kinds = document.blocks().stream()
                .filter(block -> block.start() <= chunk.end() && block.end() >= chunk.start())
                .map(Block::kind);
        return Stream.concat(kinds, Stream.of(Block.Kind.PARAGRAPH)).toList();
    }
}
