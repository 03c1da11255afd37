package io.mivaa.batch.results.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.util.List;
import org.junit.jupiter.api.Test;

class KnownTextTests {

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
    void findsTheBlocksAgainThatTheTextWasMadeOf() {
        int table = TEXT.indexOf("| A");
        int afterTable = TEXT.indexOf("\n\n```");

        List<Block> blocks = KnownText.blocks(
                TEXT,
                List.of(new RagDocument.Heading(1, "Kilns", 0, 1)),
                List.of(new RagDocument.PlacedTable(
                        List.of("A", "B"), List.of(List.of("1", "2")), null, 2, table, afterTable)),
                List.of(new RagDocument.Figure("A drawing", 2)),
                List.of(
                        new KnownText.Place(0, TEXT.indexOf("In the"), new PageRange(1, 1)),
                        new KnownText.Place(TEXT.indexOf("In the"), TEXT.length(), new PageRange(2, 2))));

        assertThat(blocks)
                .extracting(block -> TEXT.substring(block.start(), block.end()))
                .containsExactly(
                        "# Kilns",
                        "Two of them.\nIn the yard.",
                        "- one\n  - two",
                        "| A | B |\n| --- | --- |\n| 1 | 2 |",
                        "```\ncode\n\nmore\n```",
                        "A drawing",
                        "1. last");
        assertThat(blocks)
                .extracting(Block::kind)
                .containsExactly(
                        Block.Kind.HEADING,
                        Block.Kind.PARAGRAPH,
                        Block.Kind.LIST,
                        Block.Kind.TABLE,
                        Block.Kind.CODE,
                        Block.Kind.FIGURE,
                        Block.Kind.LIST);
        assertThat(blocks)
                .extracting(Block::pages)
                .containsExactly(
                        new PageRange(1, 1),
                        new PageRange(1, 2),
                        new PageRange(2, 2),
                        new PageRange(2, 2),
                        new PageRange(2, 2),
                        new PageRange(2, 2),
                        new PageRange(2, 2));
    }

    @Test
    void losesNothingOfATextThatIsNoMarkdown() {
        for (String text : List.of("a", "\n\n ```\nnever closed\n\n", "```a\n```\n```", "x\n \n\ny\n", "```")) {
            List<Block> blocks = KnownText.blocks(text, List.of(), List.of(), List.of(), List.of());

            StringBuilder rest = new StringBuilder(text);
            for (int i = blocks.size() - 1; i >= 0; i--) {
                rest.delete(blocks.get(i).start(), blocks.get(i).end());
            }
            assertThat(rest).as(text).isBlank();
        }
    }
}
