package io.mivaa.batch.results.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.results.store.OlderBlocks.ChunkPages;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OlderBlocksTests {

    private static final String TEXT = """
            # Kilns

            Two of them.
            In the yard.

            - one
              - two

            | A | B |
            | --- | --- |
            | 1 | 2 |

            ```
            code

            more
            ```

            A drawing

            1. last""";

    @Test
    void keepsHeadingsTablesAndFiguresAndSplitsTheRestAtBlankLines() {
        int table = TEXT.indexOf("| A");
        int afterTable = TEXT.indexOf("\n\n```");
        int yard = TEXT.indexOf("In the");

        List<Block> blocks = new OlderBlocks(
                        TEXT,
                        List.of(new RagDocument.Figure("A drawing", 2)),
                        List.of(
                                new ChunkPages(0, yard, new PageRange(1, 1)),
                                new ChunkPages(yard, TEXT.length(), new PageRange(2, 2))))
                .around(
                        List.of(new RagDocument.Heading(1, "Kilns", 0, 1)),
                        List.of(new RagDocument.PlacedTable(
                                List.of("A", "B"), List.of(List.of("1", "2")), null, 2, table, afterTable)));

        assertThat(blocks)
                .extracting(Block::kind, block -> TEXT.substring(block.start(), block.end()), Block::pages)
                .containsExactly(
                        tuple(Block.Kind.HEADING, "# Kilns", new PageRange(1, 1)),
                        tuple(Block.Kind.PARAGRAPH, "Two of them.\nIn the yard.", new PageRange(1, 2)),
                        tuple(Block.Kind.PARAGRAPH, "- one\n  - two", new PageRange(2, 2)),
                        tuple(Block.Kind.TABLE, "| A | B |\n| --- | --- |\n| 1 | 2 |", new PageRange(2, 2)),
                        tuple(Block.Kind.PARAGRAPH, "```\ncode", new PageRange(2, 2)),
                        tuple(Block.Kind.PARAGRAPH, "more\n```", new PageRange(2, 2)),
                        tuple(Block.Kind.FIGURE, "A drawing", new PageRange(2, 2)),
                        tuple(Block.Kind.PARAGRAPH, "1. last", new PageRange(2, 2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "\n\n ```\nnever closed\n\n", "```a\n```\n```", "x\n \n\ny\n", "```", "x\n\n\t\ny  "})
    void losesNothingOfATextThatIsNoMarkdown(String text) {
        List<Block> blocks = new OlderBlocks(text, List.of(), List.of()).around(List.of(), List.of());

        StringBuilder rest = new StringBuilder(text);
        for (int i = blocks.size() - 1; i >= 0; i--) {
            rest.delete(blocks.get(i).start(), blocks.get(i).end());
        }
        assertThat(rest).isBlank();
        assertThat(blocks).isNotEmpty();
    }
}
