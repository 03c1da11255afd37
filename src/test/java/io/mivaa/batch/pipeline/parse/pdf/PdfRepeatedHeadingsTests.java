package io.mivaa.batch.pipeline.parse.pdf;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Headings that are said once more on the next page. */
class PdfRepeatedHeadingsTests {

    private static final String[] PROSE = {
        "Clay that is dug in autumn is left to the winter, and the frost breaks it up,",
        "so that it is dug over once more in spring, when it has dried in the wind and",
    };

    @TempDir
    private Path folder;

    @Test
    void opensNoSectionForAHeadingThatIsContinued() {
        ParsedDocument document = new PdfSketch()
                .page()
                .heading(72, 72, 18, "Digging clay")
                .lines(72, 100, PROSE)
                .page()
                .heading(72, 72, 18, "Digging clay (continued)")
                .lines(72, 100, "the sun of the first warm days of the year.")
                .parsed(folder);

        assertThat(headings(document)).containsExactly("# Digging clay");
        assertThat(document.text()).contains("dried in the wind and the sun of").doesNotContain("continued");
    }

    @Test
    void knowsTheSectionAboveTheOneThatIsOpen() {
        ParsedDocument document = new PdfSketch()
                .page()
                .heading(72, 72, 18, "Digging clay")
                .lines(72, 100, PROSE)
                .heading(72, 150, 14, "In autumn")
                .lines(72, 180, PROSE)
                .page()
                .heading(72, 72, 18, "DIGGING CLAY, cont'd")
                .lines(72, 100, PROSE)
                .parsed(folder);

        assertThat(headings(document)).containsExactly("# Digging clay", "## In autumn");
    }

    @Test
    void keepsTheHeadingOfASectionThatHasEnded() {
        ParsedDocument document = new PdfSketch()
                .page()
                .heading(72, 72, 18, "Digging clay")
                .lines(72, 100, PROSE)
                .heading(72, 150, 18, "Glazes")
                .lines(72, 180, PROSE)
                .page()
                .heading(72, 72, 18, "Digging clay (continued)")
                .lines(72, 100, PROSE)
                .parsed(folder);

        assertThat(headings(document)).containsExactly("# Digging clay", "# Glazes", "# Digging clay (continued)");
    }

    private static List<String> headings(ParsedDocument document) {
        return document.blocks().stream()
                .filter(block -> block.kind() == Block.Kind.HEADING)
                .map(document::textOf)
                .toList();
    }
}
