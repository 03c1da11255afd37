package io.mivaa.batch.commandline.screen;

import io.mivaa.batch.commandline.client.Printable;
import java.util.List;
import java.util.Locale;

/**
 * The progress of an operation, and the line that shows it.
 *
 * @param percent limited to 0 to 100 when shown
 * @param what the main figure, such as {@code 3 of 8 documents}
 * @param more further figures, the most important first; a narrow line omits the last ones
 * @param name of the current file, safe to print; empty for none
 * @param done whether this is the last state
 */
public record Progress(double percent, String what, List<String> more, String name, boolean done) {

    /** A few fixed lengths, so that the bar does not change its length with each further digit. */
    private static final List<Integer> BARS = List.of(30, 20, 10);

    private static final int NARROWEST_BAR = 10;
    private static final int FRAME = "[] ".length();
    /** Two columns before the line, and the last column: erasing behind a full line would delete its last character. */
    private static final int MARGIN = 3;

    private static final int SHORTEST_NAME = 8;

    /** The line without a bar, for files and terminals that cannot redraw. */
    public String plain() {
        return "  " + number() + "  " + what + (more.isEmpty() ? "" : ", " + String.join(", ", more));
    }

    /** The line in at most this many columns, with a bar if there is room for one. */
    String bar(int columns) {
        int room = columns - MARGIN;
        int kept = more.size();
        String text = text(kept);
        while (kept > 0 && Printable.columns(text) > room - NARROWEST_BAR - FRAME) {
            kept--;
            text = text(kept);
        }
        int left = room - FRAME - Printable.columns(text);
        int bar = BARS.stream().filter(width -> width <= left).findFirst().orElse(0);
        if (bar == 0) {
            return Printable.fit(text, room);
        }
        int filled = (int) Math.round(clamped() / 100 * bar);
        String line = "[" + "#".repeat(filled) + ".".repeat(bar - filled) + "] " + text;
        int forName = left - bar - 2;
        return name.isEmpty() || forName < SHORTEST_NAME ? line : line + "  " + Printable.fit(name, forName);
    }

    private String text(int kept) {
        return number() + "  " + what + (kept == 0 ? "" : ", " + String.join(", ", more.subList(0, kept)));
    }

    private String number() {
        return String.format(Locale.ROOT, "%3.0f %%", Math.floor(clamped()));
    }

    private double clamped() {
        return Math.min(100, Math.max(0, percent));
    }
}
