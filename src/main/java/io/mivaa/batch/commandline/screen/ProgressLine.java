package io.mivaa.batch.commandline.screen;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Shows progress: on a terminal as a bar that is redrawn in place, elsewhere (a file, a CI log) as plain lines. Not
 * thread-safe.
 */
final class ProgressLine {

    private static final String ERASE_TO_END = "\u001B[K";

    private final PrintStream out;
    private final Terminal terminal;
    private final Duration pace;
    private String last = "";
    private @Nullable Long shown;
    private boolean open;

    /** @param pace the minimum time between two plain lines; the last line is not delayed */
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

    /** Leaves the bar as it is; the next output begins on a new line. */
    void end() {
        if (open) {
            out.println();
            out.flush();
        }
        open = false;
        last = "";
    }
}
