package io.mivaa.batch.pipeline.parse.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class MarkdownParserTests extends ParserContract {

    private static final String SAMPLE = """
            ---
            title: Glazes
            author: A. Potter
            lang: en
            date: 2026-01-31
            ---
            # Glazes

            Some *marked up* text
            over two lines.

            Firing
            ------

            - one
              - two
            - three

            | a | b |
            |---|---|
            | 1 | x \\| y |
            | 2 |

            ```java
            int x = 1;

            int y = 2;
            ```

            > quoted

            [link]: http://example.com

            ***

            ![A kiln](kiln.png)
            """;

    @Override
    public Parser parser() {
        return new MarkdownParser();
    }

    @Override
    public byte[] sample() {
        return SAMPLE.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void leavesTheTextAsItIs() {
        assertThat(parse(SAMPLE).text()).isEqualTo(SAMPLE);
    }

    @Test
    void normalisesOnlyByteOrderMarkLineEndsAndZeros() {
        assertThat(parse("\uFEFF# A\r\n\r\nb\u0000 \t c\rd  \n").text()).isEqualTo("# A\n\nb \t c\nd  \n");
    }

    @Test
    void findsBothKindsOfHeadings() {
        ParsedDocument document = parse(SAMPLE);

        assertThat(blocks(document, Block.Kind.HEADING)).containsExactly("# Glazes", "Firing\n------");
        assertThat(document.blocks())
                .filteredOn(b -> b.kind() == Block.Kind.HEADING)
                .extracting(Block::level)
                .containsExactly(1, 2);
    }

    @Test
    void readsATableAsDataAndPadsItsRows() {
        Table table = tables(parse(SAMPLE)).get(0);

        assertThat(table)
                .isEqualTo(new Table(List.of("a", "b"), List.of(List.of("1", "x | y"), List.of("2", "")), null));
    }

    @Test
    void keepsAListACodeFenceAndAFigureInOneBlockEach() {
        ParsedDocument document = parse(SAMPLE);

        assertThat(blocks(document, Block.Kind.LIST)).containsExactly("- one\n  - two\n- three");
        assertThat(blocks(document, Block.Kind.CODE)).contains("```java\nint x = 1;\n\nint y = 2;\n```");
        assertThat(blocks(document, Block.Kind.FIGURE)).containsExactly("![A kiln](kiln.png)");
    }

    @Test
    void readsTheFrontMatter() {
        var metadata = parse(SAMPLE).metadata();

        assertThat(metadata.title()).isEqualTo("Glazes");
        assertThat(metadata.author()).isEqualTo("A. Potter");
        assertThat(metadata.language()).isEqualTo("en");
        assertThat(metadata.createdAt()).isEqualTo("2026-01-31T00:00:00Z");
    }

    @Test
    void takesAHashWithinCodeForNoHeading() {
        assertThat(blocks(parse("```\n# no heading\n```\n"), Block.Kind.HEADING))
                .isEmpty();
    }

    @Test
    @Timeout(20)
    void endsForAbsurdNesting() {
        check(parse(">".repeat(100_000) + " a\n" + "> ".repeat(20_000) + "b\n"));
        check(parse("[".repeat(100_000) + "\n\n" + "*a ".repeat(50_000)));
        check(parse("- ".repeat(30_000) + "c\n"));
    }

    private static List<String> blocks(ParsedDocument document, Block.Kind kind) {
        return document.blocks().stream()
                .filter(block -> block.kind() == kind)
                .map(document::textOf)
                .toList();
    }

    @Test
    void takesFrontMatterInTomlForMetadata() {
        ParsedDocument document = parse("+++\ntitle = \"On clay\"\ntags = [\"a\", \"b\"]\n+++\n\n# Clay\n");

        assertThat(document.metadata().title()).isEqualTo("On clay");
        assertThat(document.metadata().other()).containsEntry("tags", "a, b");
        assertThat(document.blocks()).extracting(block -> block.kind().name()).containsExactly("CODE", "HEADING");
        assertThat(document.textOf(document.blocks().get(0))).startsWith("+++").endsWith("+++");
    }

    @Test
    void takesTheHeadingsOfAWikiForHeadingsButNotInCode() {
        ParsedDocument document = parse("Text.\n== Kilns ==\nMore.\n\n```\n== a comment ==\n```\n");

        assertThat(blocks(document, Block.Kind.HEADING)).containsExactly("== Kilns ==");
        assertThat(blocks(document, Block.Kind.PARAGRAPH)).containsExactly("Text.", "More.");
    }

    @Test
    void givesTablesTheCaptionAboveThem() {
        assertThat(tables(parse("**Table 1:** Prices\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"))
                        .get(0)
                        .caption())
                .isEqualTo("Table 1: Prices");
        assertThat(tables(parse("Some prices\n\n| a | b |\n| - | - |\n| 1 | 2 |\n"))
                        .get(0)
                        .caption())
                .isNull();
    }
}
