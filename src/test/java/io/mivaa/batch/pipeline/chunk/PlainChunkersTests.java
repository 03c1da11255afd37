package io.mivaa.batch.pipeline.chunk;

import static io.mivaa.batch.pipeline.chunk.Draft.sentence;
import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the strategies do that look less at the structure. A token is a word here, and two are special. */
class PlainChunkersTests {

    private static final Chunker RECURSIVE = new RecursiveChunker();
    private static final Chunker SENTENCE = new SentenceChunker();
    private static final Chunker PAGE = new PageChunker();
    private static final Chunker FIXED = new FixedChunker();

    @Test
    void recursiveKeepsParagraphsWholeAndPacksThemOverHeadings() {
        Draft draft = new Draft();
        draft.paragraph(sentence("a", 8)).heading(1, "Title").paragraph(sentence("b", 8));
        draft.paragraph(sentence("c", 8));

        assertThat(texts(RECURSIVE, draft.document(), 22, 0))
                .containsExactly(sentence("a", 8) + "\n\n# Title\n\n" + sentence("b", 8), sentence("c", 8));
    }

    @Test
    void recursiveSplitsALongParagraphAtLinesThenSentences() {
        String first = sentence("a", 10) + " " + sentence("b", 10);
        String second = sentence("c", 10) + " " + sentence("d", 10);

        assertThat(texts(RECURSIVE, paragraph(first + "\n" + second), 24, 0)).containsExactly(first, second);
        assertThat(texts(RECURSIVE, paragraph(first + "\n" + second), 16, 0))
                .containsExactly(sentence("a", 10), sentence("b", 10), sentence("c", 10), sentence("d", 10));
    }

    @Test
    void sentencesFillAChunkOverParagraphs() {
        Draft draft = new Draft();
        draft.paragraph(sentence("a", 6) + " " + sentence("b", 6)).paragraph(sentence("c", 6) + " " + sentence("d", 6));

        assertThat(texts(SENTENCE, draft.document(), 20, 0))
                .containsExactly(
                        sentence("a", 6) + " " + sentence("b", 6) + "\n\n" + sentence("c", 6), sentence("d", 6));
    }

    @Test
    void rowsAndLinesOfCodeCountAsSentences() {
        Draft draft = new Draft();
        draft.block(Block.Kind.CODE, "one two three four five\nsix seven eight nine ten\neleven twelve thirteen");

        assertThat(texts(SENTENCE, draft.document(), 16, 0))
                .containsExactly("one two three four five\nsix seven eight nine ten\neleven twelve thirteen");
        assertThat(texts(
                        SENTENCE,
                        draft.block(Block.Kind.LIST, "- a b c\n- d e f").document(),
                        20,
                        0))
                .last()
                .isEqualTo("- d e f");
    }

    @Test
    void aSentenceThatIsTooLongIsSplitAtItsClauses() {
        String one = "one two three four five six seven eight nine ten,";
        String other = "eleven twelve thirteen fourteen fifteen sixteen";

        assertThat(texts(SENTENCE, paragraph(one + " " + other), 16, 0)).containsExactly(one, other);
    }

    @Test
    void textWithoutCapitalsIsSplitAtItsStops() {
        String one = "one two three four five six seven eight nine ten.";
        String other = "eleven twelve thirteen fourteen fifteen sixteen.";

        assertThat(texts(new StructureChunker(), paragraph(one + " " + other), 16, 0))
                .containsExactly(one, other);
    }

    @Test
    void everyPageIsAChunk() {
        Draft draft = new Draft();
        draft.onPages(1, 1).heading(1, "A").paragraph(sentence("a", 5));
        draft.onPages(2, 3).paragraph(sentence("b", 5));
        draft.onPages(3, 3).paragraph(sentence("c", 5)).heading(2, "D").paragraph(sentence("d", 5));

        assertThat(PAGE.chunk(draft.document(), new ChunkingOptions("page", 160, 0, 0), Counters.WORDS))
                .extracting(Chunk::text, Chunk::pages, Chunk::headings)
                .containsExactly(
                        tuple("# A\n\n" + sentence("a", 5), new PageRange(1, 1), List.of("A")),
                        tuple(sentence("b", 5), new PageRange(2, 3), List.of("A")),
                        tuple(sentence("c", 5) + "\n\n## D\n\n" + sentence("d", 5), new PageRange(3, 3), List.of("A")));
    }

    @Test
    void aPageThatIsTooLongIsCutAndAPageIsNeverMixedWithTheNext() {
        Draft draft = new Draft();
        draft.onPages(1, 1).paragraph(sentence("a", 10)).paragraph(sentence("b", 10));
        draft.onPages(2, 2).paragraph("Short.");

        assertThat(texts(PAGE, draft.document(), 16, 0))
                .containsExactly(sentence("a", 10), sentence("b", 10), "Short.");
    }

    @Test
    void aDocumentWithoutPagesIsOnePage() {
        Draft draft = new Draft()
                .between("Loose.")
                .paragraph(sentence("a", 5))
                .heading(1, "B")
                .paragraph("b.");

        assertThat(texts(PAGE, draft.document(), 64, 0)).hasSize(1);
    }

    @Test
    void fixedChunksAreFullAndRepeatWhatWasAsked() {
        List<String> chunks = texts(FIXED, paragraph(sentence("a", 38)), 18, 6);

        assertThat(chunks).hasSize(4);
        assertThat(chunks.get(0)).startsWith("A1 a2").endsWith("a15 a16");
        assertThat(chunks.get(1)).startsWith("a11 a12").endsWith("a26");
        assertThat(chunks.get(3)).endsWith("a38.");
    }

    @Test
    void noneGivesAContextAndAllTellHeadingsAndKind() {
        Draft draft = new Draft();
        draft.heading(1, "Title").paragraph(sentence("a", 20));
        draft.table(List.of("x", "y"), "| x | y |\n|---|---|\n" + "| 1 | 2 |\n".repeat(8));

        for (Chunker chunker : List.of(RECURSIVE, SENTENCE, PAGE, FIXED)) {
            List<Chunk> chunks = chunker.chunk(draft.document(), new ChunkingOptions("any", 16, 0, 0), Counters.WORDS);
            Chunk last = chunks.get(chunks.size() - 1);
            assertThat(chunks)
                    .as(chunker.name())
                    .allMatch(chunk -> chunk.context().isEmpty());
            assertThat(last.kind()).isEqualTo(Block.Kind.TABLE);
            assertThat(last.headings()).containsExactly("Title");
        }
    }

    @Test
    void aBlankTextHasNoChunks() {
        for (Chunker chunker : List.of(RECURSIVE, SENTENCE, PAGE, FIXED)) {
            assertThat(texts(chunker, paragraph(" \n\t"), 16, 0))
                    .as(chunker.name())
                    .isEmpty();
        }
    }

    private static org.assertj.core.groups.Tuple tuple(Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }

    private static ParsedDocument paragraph(String text) {
        return new Draft().paragraph(text).document();
    }

    private static List<String> texts(Chunker chunker, ParsedDocument document, int maxTokens, int overlap) {
        ChunkingOptions options = new ChunkingOptions(chunker.name(), maxTokens, overlap, 0);
        return chunker.chunk(document, options, Counters.WORDS).stream()
                .map(Chunk::text)
                .toList();
    }
}
