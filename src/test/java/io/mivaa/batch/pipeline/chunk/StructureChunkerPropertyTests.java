package io.mivaa.batch.pipeline.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Block;
import io.mivaa.batch.pipeline.Chunk;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.ParsedDocument;
import io.mivaa.batch.pipeline.TokenCounter;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every document, every tokenizer and all options. */
class StructureChunkerPropertyTests {

    private static final int DOCUMENTS = 150;

    private static final List<ChunkingOptions> OPTIONS = List.of(
            new ChunkingOptions("structure", 160, 0, 40),
            new ChunkingOptions("structure", 16, 0, 0),
            new ChunkingOptions("structure", 16, 7, 16),
            new ChunkingOptions("structure", 40, 15, 10),
            new ChunkingOptions("structure", 512, 100, 200));

    private final StructureChunker chunker = new StructureChunker();

    static Stream<Arguments> everyCombination() {
        Map<String, TokenCounter> counters = Map.of(
                "words", Counters.WORDS,
                "pieces", Counters.PIECES,
                "characters", Counters.CHARACTERS,
                "uneven", Counters.UNEVEN);
        return counters.entrySet().stream()
                .flatMap(counter ->
                        OPTIONS.stream().map(options -> Arguments.of(counter.getKey(), counter.getValue(), options)));
    }

    @ParameterizedTest(name = "{0} {2}")
    @MethodSource("everyCombination")
    void keepsItsPromisesForArbitraryInput(String name, TokenCounter counter, ChunkingOptions options) {
        RandomDocuments documents = new RandomDocuments(20_26);
        for (int i = 0; i < DOCUMENTS; i++) {
            ParsedDocument document = documents.next();

            List<Chunk> chunks = Assertions.assertTimeoutPreemptively(
                    Duration.ofSeconds(30), () -> chunker.chunk(document, options, counter));

            assertThat(uncovered(document.text(), chunks)).isEmpty();
            assertInOrder(chunks);
            chunks.forEach(chunk -> assertSound(chunk, document, options, counter));
            assertThat(chunker.chunk(document, options, counter)).isEqualTo(chunks);
        }
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
