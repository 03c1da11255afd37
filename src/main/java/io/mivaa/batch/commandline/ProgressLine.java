package io.mivaa.batch.commandline;

import io.mivaa.batch.commandline.Answers.Batch;
import io.mivaa.batch.commandline.Answers.Counts;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Shows how far a batch is: in a terminal as a bar that is redrawn in place, elsewhere (a file, a CI log) as one line per
 * change. Not thread-safe.
 */
final class ProgressLine {

    private static final int WIDTH = 30;
    private static final String ERASE_TO_END = "\u001B[K";

    private final PrintStream out;
    private final boolean inPlace;
    private String last = "";

    ProgressLine(PrintStream out, boolean inPlace) {
        this.out = out;
        this.inPlace = inPlace;
    }

    void show(Batch batch) {
        String line = inPlace ? bar(batch) + " " + counts(batch) : "  " + percent(batch) + counts(batch);
        if (line.equals(last)) {
            return;
        }
        last = line;
        if (inPlace) {
            out.print("\r  " + line + ERASE_TO_END + (batch.terminal() ? "\n" : ""));
        } else {
            out.println(line);
        }
        out.flush();
    }

    private static String bar(Batch batch) {
        int filled = (int) Math.round(clamped(batch) / 100 * WIDTH);
        return "[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + percent(batch);
    }

    private static String percent(Batch batch) {
        return String.format(Locale.ROOT, "%3.0f %%  ", clamped(batch));
    }

    private static double clamped(Batch batch) {
        return Math.min(100, Math.max(0, batch.progress().percent()));
    }

    private static String counts(Batch batch) {
        Counts counts = batch.counts();
        var text = new StringBuilder(counts.succeeded() + " of " + counts.total() + " documents");
        if (counts.running() > 0) {
            text.append(", ").append(counts.running()).append(" running");
        }
        if (counts.retrying() > 0) {
            text.append(", ").append(counts.retrying()).append(" retrying");
        }
        if (counts.dead() > 0) {
            text.append(", ").append(counts.dead()).append(" failed");
        }
        if (batch.eta() != null && batch.eta().seconds() != null && !batch.terminal()) {
            text.append(", about ").append(Math.round(batch.eta().seconds())).append(" s to go");
        }
        return text.toString();
    }
}
