package io.mivaa.batch.commandline.screen;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Chunk;
import io.mivaa.batch.commandline.client.ResponseBody.Highlight;
import io.mivaa.batch.commandline.client.ResponseBody.Hit;
import io.mivaa.batch.commandline.client.ResponseBody.Pages;
import java.util.List;
import org.junit.jupiter.api.Test;

class PassageTests {

    private static final String BOLD = "\u001B[1m";
    private static final String PLAIN = "\u001B[0m";

    private static Hit hit(String name, String text, Highlight... marks) {
        return new Hit(0.8123, name, new Chunk(text, new Pages(2, 3), List.of("Floors", "Slip")), List.of(marks));
    }

    @Test
    void tellsWhereItStandsAndMarksWhatWasFound() {
        var passage = new Passage(
                hit("a.pdf", "Water makes\n\nit wet.", new Highlight(0, 5), new Highlight(16, 19)), 80, true);

        assertThat(passage.lines(1))
                .containsExactly(
                        " 1. 0.812  a.pdf",
                        "    pages 2-3, Floors > Slip",
                        "    " + BOLD + "Water" + PLAIN + " makes it " + BOLD + "wet" + PLAIN + ".",
                        "");
    }

    @Test
    void printsNoSequenceButItsOwn() {
        String hostile = "a\u001B[2J\u202Eb\u009Bc";
        var passage = new Passage(hit(hostile, hostile + " found", new Highlight(8, 14)), 80, true);

        assertThat(String.join("\n", passage.lines(1)).replace(BOLD, "").replace(PLAIN, ""))
                .isEqualTo(" 1. 0.812  a[2Jbc\n    pages 2-3, Floors > Slip\n    a[2Jbc found\n");
        assertThat(new Passage(new Hit(0.8, "a", new Chunk("b", new Pages(2, 2), List.of(hostile)), null), 80, true)
                        .lines(1))
                .contains("    page 2, a[2Jbc");
        assertThat(new Passage(hit("a", "b", new Highlight(0, 1)), 80, false).lines(1))
                .noneMatch(line -> line.contains("\u001B"));
    }

    @Test
    void beginsSomewhatBeforeTheFirstThingFoundAndEndsInTime() {
        String text = "one two ".repeat(60) + "HERE " + "three four ".repeat(60);
        int at = text.indexOf("HERE");

        List<String> lines = new Passage(hit("a", text, new Highlight(at, at + 4)), 60, false).lines(1);

        assertThat(lines).hasSize(7);
        assertThat(String.join("\n", lines))
                .contains("HERE")
                .contains("three four")
                .endsWith(" …\n");
        assertThat(lines).allSatisfy(line -> assertThat(Printable.columns(line)).isLessThan(60));
    }

    @Test
    void cutsWordsThatAreLongerThanALine() {
        List<String> lines = new Passage(hit("a", "報".repeat(100)), 40, false).lines(1);

        assertThat(lines).allSatisfy(line -> assertThat(Printable.columns(line)).isLessThan(40));
        assertThat(lines.get(2)).isEqualTo("    " + "報".repeat(16));
    }
}
