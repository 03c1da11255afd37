package io.mivaa.batch.pipeline.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutlineTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "# Title; Title",
                "### Title ###; Title",
                "Title\\n=====; Title",
                "Two\\nlines\\n---; Two lines",
                "# **Bold** and *slanted* `code`; Bold and slanted code",
                "# [Link](https://example.org) ![image](a.png); Link image",
                "# 5 \\* 3 \\# snake_case_name 2*3*4; 5 * 3 # snake_case_name 2*3*4",
                "#hashtag; #hashtag",
                "# C#; C#",
                "== Kilns ==; Kilns",
                "= = Kilns of clay = =; Kilns of clay",
                "=Kilns=; Kilns",
                "# a =; a =",
                "##; ''",
            })
    void leavesOutTheMarksOfAHeading(String markdown, String text) {
        assertThat(Outline.withoutMarks(markdown.replace("\\n", "\n"))).isEqualTo(text);
    }

    @Test
    void listsHeadingsInReadingOrder() {
        String text = "# One\n\ntext\n\n## Two";
        List<Block> blocks = List.of(
                Block.heading(1, 0, 5, new PageRange(3, 4)),
                Block.of(Block.Kind.PARAGRAPH, 7, 11, null),
                Block.heading(2, 13, 19, null));

        assertThat(Outline.of(new ParsedDocument(text, blocks, Metadata.NONE, 4, List.of())))
                .containsExactly(new RagDocument.Heading(1, "One", 0, 3), new RagDocument.Heading(2, "Two", 13, null));
    }

    @Test
    void shortensWhatIsNoHeadingAnyMore() {
        assertThat(Outline.withoutMarks("# " + "x".repeat(10_000))).hasSize(256).endsWith("x…");
        assertThat(Outline.withoutMarks("# " + "😀".repeat(10_000)))
                .hasSize(255)
                .endsWith("😀…");
        assertThat(Outline.withoutMarks("# a" + "😀".repeat(10_000)))
                .hasSize(256)
                .endsWith("😀…");
    }
}
