package io.mivaa.batch.pipeline.chunk;

import static io.mivaa.batch.pipeline.chunk.Draft.sentence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A token is a word here, and two are special. */
class StructureChunkerTests {

    private final StructureChunker chunker = new StructureChunker();

    @Test
    void givesNothingForABlankText() {
        assertThat(chunks(plain(" \n\t\u3000\n"), 32, 0, 0)).isEmpty();
        assertThat(chunks(plain(""), 32, 0, 0)).isEmpty();
    }

    @Test
    void keepsAShortDocumentInOneChunkWithItsHeading() {
        List<Chunk> chunks = chunks(
                new Draft().heading(1, "Stone").paragraph("Grey and hard.").document(), 32, 0, 0);

        assertThat(chunks).hasSize(1);
        assertThat(chunks.get(0).text()).isEqualTo("# Stone\n\nGrey and hard.");
        assertThat(chunks.get(0).headings()).containsExactly("Stone");
        assertThat(chunks.get(0).context()).isEmpty();
        assertThat(chunks.get(0).kind()).isEqualTo(Block.Kind.PARAGRAPH);
        assertThat(chunks.get(0).tokens()).isEqualTo(7);
        assertThat(chunks.get(0).sha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void leavesANumberWithTheSentenceThatItBegins() {
        String first = sentence("a", 20) + ".";
        String second = "C. " + sentence("B", 20) + ".";

        assertThat(chunks(plain(first + " " + second + " 3."), 32, 0, 0))
                .extracting(Chunk::text)
                .containsExactly(first, second + " 3.");
    }

    @Test
    void doesNotMixSections() {
        Draft draft = new Draft();
        draft.heading(1, "A").paragraph(sentence("a", 10)).heading(1, "B").paragraph(sentence("b", 10));

        assertThat(chunks(draft.document(), 64, 0, 0))
                .extracting(Chunk::headings)
                .containsExactly(List.of("A"), List.of("B"));
    }

    @Test
    void mergesShortSiblingsUnderTheirParent() {
        Draft draft = new Draft();
        draft.heading(1, "A").paragraph(sentence("a", 26));
        draft.heading(2, "B").paragraph(sentence("b", 4)).heading(2, "C").paragraph(sentence("c", 12));

        List<Chunk> chunks = chunks(draft.document(), 32, 0, 10);

        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(1).text()).startsWith("## B").contains("## C");
        assertThat(chunks.get(1).headings()).containsExactly("A");
        assertThat(chunks.get(1).context()).isEqualTo("A\n");
    }

    @Test
    void mergesAShortIntroductionWithItsFirstSubsection() {
        Draft draft = new Draft();
        draft.heading(1, "A").paragraph("Short.").heading(2, "B").paragraph(sentence("b", 12));

        List<Chunk> chunks = chunks(draft.document(), 32, 0, 10);

        assertThat(chunks).hasSize(1);
        assertThat(chunks.get(0).headings()).containsExactly("A");
    }

    @Test
    void doesNotMergeAnIntroductionWithAGrandchild() {
        Draft draft = new Draft();
        draft.heading(1, "A").paragraph("Short.");
        draft.heading(2, "B").heading(3, "C").paragraph(sentence("c", 12));

        List<Chunk> chunks = chunks(draft.document(), 32, 0, 10);

        assertThat(chunks).extracting(Chunk::headings).containsExactly(List.of("A"), List.of("A", "B", "C"));
    }

    @Test
    void doesNotMergeACousinOrWhatIsTooLong() {
        Draft draft = new Draft();
        draft.heading(1, "A").paragraph(sentence("a", 28)).heading(2, "B").paragraph("Short.");
        draft.heading(1, "C").paragraph("Short, too.").heading(1, "D").paragraph(sentence("d", 27));

        assertThat(chunks(draft.document(), 32, 0, 10)).hasSize(4);
    }

    @Test
    void putsTheHeadingPathBeforeLaterChunksOfASection() {
        Draft draft = new Draft().heading(1, "Stone").heading(2, "Care");
        draft.paragraph(sentence("a", 20)).paragraph(sentence("b", 20));

        List<Chunk> chunks = chunks(draft.document(), 32, 0, 0);

        assertThat(chunks).extracting(Chunk::context).containsExactly("", "Stone > Care\n");
        assertThat(chunks.get(0).text()).startsWith("# Stone\n\n## Care\n\nA1");
        assertThat(chunks.get(1).embeddedText()).startsWith("Stone > Care\nB1");
        assertThat(chunks.get(1).text()).startsWith("B1");
        assertThat(chunks.get(1).headings()).containsExactly("Stone", "Care");
    }

    @Test
    void shortensALongHeadingPathFromTheLeft() {
        Draft draft = new Draft().heading(1, "one two three four five six").heading(2, "seven eight nine ten");
        draft.paragraph(sentence("a", 20)).paragraph(sentence("b", 20));

        assertThat(last(chunks(draft.document(), 32, 0, 0)).context()).isEqualTo("seven eight nine ten\n");
        assertThat(last(chunks(draft.document(), 24, 0, 0)).context()).isEqualTo("seven eight nine ten\n");
        assertThat(last(chunks(draft.document(), 16, 0, 0)).context()).isEqualTo("seven eight nine ten\n");
    }

    @Test
    void shortensALongHeadingByWordsFromTheLeft() {
        Draft draft = new Draft().heading(1, sentence("h", 10));
        draft.paragraph(sentence("a", 14)).paragraph(sentence("b", 12));

        assertThat(last(chunks(draft.document(), 16, 0, 0)).context()).isEqualTo("h7 h8 h9 h10.\n");
    }

    @Test
    void leavesOutAHeadingOfOneEndlessWord() {
        Draft draft = new Draft().heading(1, "x".repeat(200));
        draft.paragraph("a ".repeat(60)).paragraph("b ".repeat(60));

        assertThat(last(chunker.chunk(draft.document(), options(100, 0, 0), Counters.CHARACTERS))
                        .context())
                .isEmpty();
    }

    @Test
    void ignoresAHeadingWithoutText() {
        Draft draft = new Draft().heading(1, "").paragraph(sentence("a", 20)).paragraph(sentence("b", 20));

        assertThat(chunks(draft.document(), 32, 0, 0)).allSatisfy(chunk -> {
            assertThat(chunk.headings()).isEmpty();
            assertThat(chunk.context()).isEmpty();
        });
    }

    @Test
    void givesALastHeadingAChunkOfItsOwn() {
        Draft draft = new Draft().heading(1, "A").paragraph("Text.").heading(1, "End");

        List<Chunk> chunks = chunks(draft.document(), 32, 0, 10);

        assertThat(chunks).extracting(Chunk::text).containsExactly("# A\n\nText.", "# End");
        assertThat(last(chunks).kind()).isEqualTo(Block.Kind.HEADING);
        assertThat(last(chunks).context()).isEmpty();
    }

    @Test
    void fillsUpBehindAHeadingRatherThanLeavingItAlone() {
        Draft draft = new Draft().heading(1, "A").paragraph(sentence("a", 10) + " " + sentence("b", 19));

        List<Chunk> chunks = chunks(draft.document(), 32, 0, 0);

        assertThat(chunks).hasSize(2);
        assertThat(chunks.get(0).text()).startsWith("# A\n\nA1").endsWith("a10.");
    }

    @Test
    void leavesAHeadingAloneRatherThanTearingARow() {
        String row = "| " + "x ".repeat(27) + "|";
        Draft draft = new Draft().heading(1, "A").table(List.of(), row);

        assertThat(chunks(draft.document(), 32, 0, 0)).extracting(Chunk::text).containsExactly("# A", row);
    }

    @Test
    void splitsAtSentencesBeforeWords() {
        String first = sentence("a", 12) + " " + sentence("b", 12);
        String second = sentence("c", 12) + " " + sentence("d", 12);

        assertThat(chunks(plain(first + " " + second), 48, 0, 0))
                .extracting(Chunk::text)
                .containsExactly(first, second);
    }

    @Test
    void splitsAtParagraphsBeforeSentences() {
        String first = sentence("a", 9) + " " + sentence("b", 9);
        String second = sentence("c", 9) + " " + sentence("d", 9);

        assertThat(chunks(plain(first + "\n\n" + second), 32, 0, 0))
                .extracting(Chunk::text)
                .containsExactly(first, second);
    }

    @Test
    void takesNoFurtherBlockOnceItIsThreeFifthsFull() {
        Draft draft = new Draft()
                .paragraph(sentence("a", 12))
                .paragraph(sentence("b", 12))
                .paragraph(sentence("c", 1));

        assertThat(chunks(draft.document(), 40, 0, 0)).extracting(Chunk::tokens).containsExactly(26, 3);
        assertThat(chunks(draft.document(), 39, 0, 0)).extracting(Chunk::tokens).containsExactly(14, 15);
    }

    @Test
    void keepsALongBlockWhole() {
        String whole = sentence("a", 12) + " " + sentence("b", 12) + " " + sentence("c", 12);
        Draft draft = new Draft().paragraph(whole).paragraph(sentence("d", 1));

        assertThat(chunks(draft.document(), 38, 0, 0)).extracting(Chunk::text).containsExactly(whole, sentence("d", 1));
    }

    @Test
    void takesFurtherBlocksUntilItIsAsLongAsWanted() {
        Draft draft = new Draft()
                .paragraph(sentence("a", 12))
                .paragraph(sentence("b", 16))
                .paragraph(sentence("c", 10));

        assertThat(chunks(draft.document(), 40, 0, 12))
                .extracting(Chunk::tokens)
                .containsExactly(14, 18, 12);
        assertThat(chunks(draft.document(), 40, 0, 13))
                .extracting(Chunk::tokens)
                .containsExactly(30, 12);
    }

    @Test
    void splitsAnEndlessSentenceAtWords() {
        List<Chunk> chunks = chunks(plain(sentence("a", 100)), 32, 0, 0);

        assertThat(chunks).extracting(Chunk::tokens).containsExactly(32, 32, 32, 12);
    }

    @Test
    void splitsAnEndlessWordBetweenCharacters() {
        String family = "👩‍👩‍👧‍👦";

        List<Chunk> chunks = chunker.chunk(plain(family.repeat(20)), options(32, 0, 0), Counters.CHARACTERS);

        assertThat(chunks).extracting(Chunk::text).containsOnly(family.repeat(4));
    }

    @Test
    void splitsAGraphemeOnlyWhenItIsLongerThanAChunk() {
        String stacked = "e" + "\u0301".repeat(100);

        List<Chunk> chunks = chunker.chunk(plain(stacked), options(32, 0, 0), Counters.CHARACTERS);

        assertThat(String.join("", chunks.stream().map(Chunk::text).toList())).isEqualTo(stacked);
    }

    @Test
    void boundsWhatTheTokenizerCountsAsOneUnknownWord() {
        List<Chunk> chunks = chunker.chunk(plain("x".repeat(5000)), options(32, 0, 0), Counters.PIECES);

        assertThat(chunks).allMatch(chunk -> chunk.text().length() <= 32 * 32);
    }

    @Test
    void doesNotJoinWhatLiesFarApart() {
        assertThat(chunks(plain("near" + " ".repeat(2000) + "far"), 32, 0, 0)).hasSize(2);
    }

    @Test
    void repeatsTheHeaderRowForLaterPiecesOfATable() {
        Draft draft = new Draft().table(List.of("id", "name"), table(20)).paragraph("After.");

        List<Chunk> chunks = chunks(draft.document(), 48, 0, 0);

        assertThat(chunks.get(0).context()).isEmpty();
        assertThat(chunks.get(1).context()).isEqualTo("| id | name |\n");
        assertThat(chunks).hasSizeGreaterThan(2).allMatch(chunk -> chunk.kind() == Block.Kind.TABLE);
        assertThat(chunks)
                .flatExtracting(chunk -> chunk.text().lines().toList())
                .allMatch(line -> line.isEmpty() || line.matches("\\|.*\\|") || line.equals("After."));
    }

    @Test
    void namesTheColumnsOfATableWhoseTextDoesNot() {
        Draft draft = new Draft().table(List.of("id", "name"), table(20).replace("id", "no"));

        assertThat(chunks(draft.document(), 48, 0, 0).get(1).context()).isEqualTo("id | name\n");
    }

    @Test
    void leavesOutAHeaderRowOverHalfTheBudget() {
        List<String> headers = List.of(sentence("h", 20));
        Draft draft = new Draft().table(headers, "| " + headers.get(0) + " |\n" + "| cell |\n".repeat(30));

        assertThat(chunks(draft.document(), 32, 0, 0))
                .allMatch(chunk -> chunk.context().isEmpty());
    }

    @Test
    void leavesOutTheContextOfARowThatNeedsAllTheRoom() {
        String row = "| " + "x ".repeat(27) + "|";
        Draft draft = new Draft().heading(1, "A b c").table(List.of("id", "name"), table(3) + row);

        Chunk last = last(chunks(draft.document(), 32, 0, 0));

        assertThat(last.text()).isEqualTo(row);
        assertThat(last.context()).isEmpty();
        assertThat(last.headings()).containsExactly("A b c");
    }

    @Test
    void leavesOutOnlyTheHeaderRowWhenThatIsEnough() {
        String row = "| " + "x ".repeat(24) + "|";
        Draft draft = new Draft().heading(1, "A b").table(List.of("id", "name"), table(3) + row);

        assertThat(last(chunks(draft.document(), 32, 0, 0)).context()).isEqualTo("A b\n");
    }

    @Test
    void tearsARowOnlyWhenItAloneIsTooLong() {
        Draft draft = new Draft().table(List.of(), "| a | b |\n| " + "x ".repeat(50) + "|\n| c | d |");

        List<Chunk> chunks = chunks(draft.document(), 32, 0, 0);

        assertThat(chunks).extracting(Chunk::tokens).containsExactly(7, 32, 24, 7);
        assertThat(chunks.get(0).text()).isEqualTo("| a | b |");
        assertThat(last(chunks).text()).isEqualTo("| c | d |");
    }

    @Test
    void keepsLinesOfCodeWhole() {
        String code = "```\n" + "call the function x\n".repeat(20) + "```";

        List<Chunk> chunks = chunks(new Draft().block(Block.Kind.CODE, code).document(), 32, 0, 0);

        assertThat(chunks)
                .hasSizeGreaterThan(2)
                .flatExtracting(chunk -> chunk.text().lines().toList())
                .containsOnly("```", "call the function x");
    }

    @Test
    void splitsAListBetweenItems() {
        String item = "- an item\n  that goes on";
        String list = (item + "\n").repeat(10).strip();

        List<Chunk> chunks = chunks(new Draft().block(Block.Kind.LIST, list).document(), 32, 0, 0);

        String three = item + "\n" + item + "\n" + item;
        assertThat(chunks).extracting(Chunk::text).containsExactly(three, three, three, item);
    }

    @ParameterizedTest
    @EnumSource(
            value = Block.Kind.class,
            names = {"LIST", "PARAGRAPH"})
    void keepsRowsOfWhatIsATableForReadersOnly(Block.Kind kind) {
        String row = "Kiln works inc. | 100.00 | of the year";
        String rows = "- | no. one | no. two\n" + (row + "\n").repeat(9).strip();

        List<Chunk> chunks = chunks(new Draft().block(kind, rows).document(), 24, 0, 0);

        assertThat(chunks)
                .hasSizeGreaterThan(3)
                .flatExtracting(chunk -> chunk.text().lines().toList())
                .containsOnly("- | no. one | no. two", row);
    }

    @Test
    void splitsALongItemBetweenItsLines() {
        String item = "- " + "a line, of an item\n".repeat(12).strip();

        List<Chunk> chunks = chunks(new Draft().block(Block.Kind.LIST, item).document(), 20, 0, 0);

        assertThat(chunks)
                .hasSizeGreaterThan(2)
                .flatExtracting(chunk -> chunk.text().lines().toList())
                .containsOnly("- a line, of an item", "a line, of an item");
    }

    @Test
    void leavesEnoughForTheLastChunkOfASection() {
        Draft draft = new Draft()
                .paragraph(sentence("a", 12))
                .paragraph(sentence("b", 12))
                .paragraph("Tail end.");

        assertThat(chunks(draft.document(), 40, 0, 0)).extracting(Chunk::tokens).containsExactly(26, 4);
        assertThat(chunks(draft.document(), 40, 0, 8)).extracting(Chunk::tokens).containsExactly(14, 16);
    }

    @Test
    void doesNotStarveAChunkForTheLastOne() {
        Draft draft =
                new Draft().paragraph("One two.").paragraph(sentence("b", 20)).paragraph("Tail end.");

        assertThat(chunks(draft.document(), 24, 0, 8)).extracting(Chunk::tokens).containsExactly(24, 4);
    }

    @Test
    void repeatsTheEndOfAChunkAtASentence() {
        String text = sentence("a", 10) + " " + sentence("b", 5) + " " + sentence("c", 10) + " " + sentence("d", 10);

        List<Chunk> chunks = chunks(plain(text), 26, 6, 0);

        assertThat(chunks.get(0).text()).isEqualTo(sentence("a", 10) + " " + sentence("b", 5));
        assertThat(chunks.get(1).text()).startsWith("B1 ");
    }

    @Test
    void repeatsTheEndOfAChunkAtAWordWhenASentenceIsTooLong() {
        List<Chunk> chunks = chunks(plain(sentence("a", 18) + " " + sentence("b", 10)), 20, 5, 0);

        assertThat(chunks.get(1).text()).startsWith("a14 a15 a16 a17 a18. B1");
    }

    @Test
    void repeatsWholeRowsOnly() {
        Draft draft = new Draft().table(List.of(), table(20));

        List<Chunk> chunks = chunks(draft.document(), 32, 8, 0);

        assertThat(chunks)
                .allMatch(chunk -> chunk.text().startsWith("|") && chunk.text().endsWith("|"));
        assertThat(chunks.get(1).start()).isLessThan(chunks.get(0).end());
    }

    @Test
    void repeatsNothingOfAnotherSection() {
        Draft draft = new Draft()
                .heading(1, "A")
                .paragraph(sentence("a", 9))
                .heading(1, "B")
                .paragraph("Text.");

        assertThat(last(chunks(draft.document(), 16, 7, 0)).text()).isEqualTo("# B\n\nText.");
    }

    @Test
    void neverRepeatsAWholeChunk() {
        List<Chunk> chunks = chunks(plain("One. " + sentence("b", 14) + " Two. " + sentence("c", 14)), 16, 7, 0);

        for (int i = 1; i < chunks.size(); i++) {
            assertThat(chunks.get(i).start()).isGreaterThan(chunks.get(i - 1).start());
        }
    }

    @Test
    void joinsThePagesOfItsBlocks() {
        Draft draft = new Draft().onPages(2, 2).paragraph("Two.").onPages(3, 4).paragraph("Three.");

        assertThat(chunks(draft.document(), 32, 0, 0)).extracting(Chunk::pages).containsExactly(new PageRange(2, 4));
        assertThat(chunks(plain("None."), 32, 0, 0).get(0).pages()).isNull();
    }

    @Test
    void takesTheKindOfItsLargestBlock() {
        Draft draft = new Draft().paragraph("Steps:").block(Block.Kind.LIST, "- one thing\n- another thing");

        assertThat(chunks(draft.document(), 32, 0, 0)).extracting(Chunk::kind).containsExactly(Block.Kind.LIST);
    }

    @Test
    void coversTextThatNoBlockHolds() {
        ParsedDocument document = new Draft()
                .between("Before.")
                .paragraph("In a block.")
                .between("After.")
                .document();

        assertThat(chunks(document, 32, 0, 0))
                .extracting(Chunk::text)
                .containsExactly("Before.\n\nIn a block.\n\nAfter.");
    }

    @Test
    void movesBlockBoundariesOutOfSurrogatePairs() {
        String text = "😀😀";
        List<Block> blocks = List.of(Block.of(Block.Kind.CODE, 0, 1, null), Block.of(Block.Kind.LIST, 1, 3, null));

        assertThat(chunks(new ParsedDocument(text, blocks, Metadata.NONE, null, List.of()), 32, 0, 0))
                .extracting(Chunk::text)
                .containsExactly(text);
    }

    @Test
    void stopsWhenItsThreadIsInterrupted() {
        Thread.currentThread().interrupt();

        try {
            assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> chunks(plain("Text."), 32, 0, 0));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void givesUpWhenOneCharacterIsLongerThanAChunk() {
        TokenCounter absurd = text -> 20 * text.length();

        assertThatIllegalStateException()
                .isThrownBy(() -> chunker.chunk(plain("abc"), options(16, 0, 0), absurd))
                .withMessageContaining("a single character");
    }

    private static String table(int rows) {
        StringBuilder table = new StringBuilder("| id | name |\n|---|---|\n");
        for (int row = 1; row <= rows; row++) {
            table.append("| ").append(row).append(" | row ").append(row).append(" |\n");
        }
        return table.toString();
    }

    private List<Chunk> chunks(ParsedDocument document, int maxTokens, int overlapTokens, int minTokens) {
        return chunker.chunk(document, options(maxTokens, overlapTokens, minTokens), Counters.WORDS);
    }

    private static ChunkingOptions options(int maxTokens, int overlapTokens, int minTokens) {
        return new ChunkingOptions("structure", maxTokens, overlapTokens, minTokens);
    }

    private static ParsedDocument plain(String text) {
        return new ParsedDocument(text, List.of(), Metadata.NONE, null, List.of());
    }

    private static Chunk last(List<Chunk> chunks) {
        return chunks.get(chunks.size() - 1);
    }
}
