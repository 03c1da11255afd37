package io.mivaa.batch.commandline.screen;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Shows how far something is: in a terminal as a bar that is redrawn in place, elsewhere (a file, a CI log) as plain
 * lines. Not thread-safe.
 */
final class ProgressLine {

    private static final String ERASE_TO_END = "\u001B[K";

    private final PrintStream out;
    private final Terminal terminal;
    private final Duration pace;
    private String last = "";
    private @Nullable Long shown;
    private boolean open;

    /** @param pace between two plain lines, at least; the last one does not wait */
    ProgressLine(PrintStream out, Terminal terminal, Duration pace) {
        this.out = out;
        this.terminal = terminal;
        this.pace = pace;
    }

    void show(Progress progress) {
        String line = terminal.isInteractive() ? progress.bar(terminal.width()) : progress.plain();
        if (line.equals(last) && !(open && progress.done())) {
            return;
        }
        if (terminal.isInteractive()) {
            out.print("\r  " + line + ERASE_TO_END + (progress.done() ? "\n" : ""));
            open = !progress.done();
        } else if (progress.done() || isTime()) {
            out.println(line);
        } else {
            return;
        }
        last = line;
        out.flush();
    }

    private boolean isTime() {
        long now = System.nanoTime();
        if (shown != null && now - shown < pace.toNanos()) {
            return false;
        }
        shown = now;
        return true;
    }

    /** Leaves what is drawn as it is, and what follows goes on a line of its own. */
    void end() {
        if (open) {
            out.println();
            out.flush();
        }
        open = false;
        last = "";
    }
}
