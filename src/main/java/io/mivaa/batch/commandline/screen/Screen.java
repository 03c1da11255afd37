package io.mivaa.batch.commandline.screen;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * Prints text for people, data for programs, and progress. When a command prints data, only data goes to the standard
 * output, and text goes to the standard error. Progress always goes to the standard error. After an interrupt nothing
 * more is printed. Thread-safe.
 */
public final class Screen {

    private static final Duration PACE = Duration.ofSeconds(5);

    private final StandardOutput out;
    private final PrintStream people;
    private final PrintStream err;
    private final ProgressLine progress;
    private final boolean quiet;
    private boolean mute;

    /**
     * @param forData whether the standard output is for data
     * @param quiet whether progress is not shown
     */
    public Screen(Shell shell, boolean forData, boolean quiet) {
        this.out = new StandardOutput(shell.out());
        this.err = new PrintStream(shell.err(), false, shell.charset());
        this.people = forData ? err : new PrintStream(out, false, shell.charset());
        this.progress = new ProgressLine(err, shell.errTerminal(), PACE);
        this.quiet = quiet;
    }

    /** Prints a line for people. The caller has made it printable. */
    public synchronized void print(String text) {
        printTo(people, text);
    }

    /** Prints a line for people to the standard error: a problem, or something of passing interest. */
    public synchronized void note(String text) {
        printTo(err, text);
    }

    private void printTo(PrintStream to, String text) {
        if (!mute) {
            progress.end();
            to.println(text);
            to.flush();
        }
    }

    /** Prints a response of the service unchanged, and a line break. */
    public synchronized void data(byte[] json) throws IOException {
        if (!mute) {
            progress.end();
            out.write(json);
            if (json.length == 0 || json[json.length - 1] != '\n') {
                out.write('\n');
            }
            out.flush();
        }
    }

    /** @throws NotWritten when something could not be written to the standard output */
    public synchronized void finish() throws NotWritten {
        out.finish();
    }

    /** Shows progress, unless the command is quiet. */
    public synchronized void progress(Progress state) {
        if (!mute && !quiet) {
            progress.show(state);
        }
    }

    /** Prints these lines to the standard error. Ignores everything that is printed later by any thread. */
    public synchronized void printLast(List<String> lines) {
        progress.end();
        lines.forEach(err::println);
        err.flush();
        mute = true;
    }
}
