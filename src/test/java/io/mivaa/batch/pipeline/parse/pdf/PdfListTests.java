package io.mivaa.batch.pipeline.parse.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of a PDF and the levels of their items. */
class PdfListTests {

    @TempDir
    private Path folder;

    @Test
    void readsItemsBelowOthersThatBeginWithALongDash() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .lines(72, 100, "\u2022 Clay is dug:", "   \u2014 in autumn, when it is wet,")
                .lines(91, 124, "and left to the frost", "until it breaks.")
                .lines(80, 148, "\u2014 in spring, when it is dry.")
                .lines(72, 160, "\u2022 Glazes are bought.");

        assertThat(text(sketch)).isEqualTo("""
                - Clay is dug:
                  - in autumn, when it is wet, and left to the frost until it breaks.
                  - in spring, when it is dry.
                - Glazes are bought.""");
    }

    @Test
    void partsItemsWithLongDashesThatEndLikeASentenceUnderWay() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .lines(
                        72,
                        100,
                        "\u2022 Clay is dug by hand and then left",
                        "   \u2014 in autumn to the frost of the winter")
                .lines(80, 124, "\u2014 in spring to the wind and the sun");

        assertThat(text(sketch)).isEqualTo("""
                - Clay is dug by hand and then left
                  - in autumn to the frost of the winter
                  - in spring to the wind and the sun""");
    }

    @Test
    void takesLongDashesThatAreNotBelowAnItemForText() {
        PdfSketch speech = new PdfSketch()
                .page()
                .lines(72, 100, "\u2014 Where is the clay?")
                .lines(72, 124, "\u2014 It is in the yard.");
        PdfSketch beside = new PdfSketch()
                .page()
                .lines(72, 100, "\u2022 Clay is dug in autumn.", "\u2022 Glazes are bought.")
                .lines(72, 136, "\u2014 A potter who is old");

        assertThat(text(speech)).isEqualTo("\u2014 Where is the clay?\n\n\u2014 It is in the yard.");
        assertThat(text(beside)).endsWith("\n\n\u2014 A potter who is old");
    }

    @Test
    void keepsLevelsOverPagesWithOtherMargins() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .lines(72, 660, "\u2022 Clay is dug.", "\u2022 Glazes are bought:")
                .lines(90, 684, "- tin, which is white;", "- lead, which is clear;")
                .page()
                .lines(126, 60, "- salt, which is grey.")
                .lines(108, 72, "\u2022 Tiles are fired.");

        assertThat(text(sketch)).isEqualTo("""
                - Clay is dug.
                - Glazes are bought:
                  - tin, which is white;
                  - lead, which is clear;
                  - salt, which is grey.
                - Tiles are fired.""");
    }

    @Test
    void goesByPlacesWhereAnItemStandsAsOneWithItsMarkDid() {
        PdfSketch sketch = new PdfSketch()
                .page()
                .lines(72, 660, "- Clay is dug.", "- Glazes are bought:")
                .lines(90, 684, "- tin, which is white.")
                .page()
                .lines(72, 60, "- Tiles are fired.")
                .lines(90, 72, "1. once,", "2. twice.");

        assertThat(text(sketch)).isEqualTo("""
                - Clay is dug.
                - Glazes are bought:
                  - tin, which is white.
                - Tiles are fired.
                  1. once,
                  2. twice.""");
    }

    private String text(PdfSketch sketch) {
        return sketch.parsed(folder).text();
    }
}
