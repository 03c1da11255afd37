package io.mivaa.batch.commandline.screen;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * What a command prints: text for people, data for programs, progress. Data has the standard output for itself, and then
 * the text goes to the standard error, as progress always does. Thread-safe; mute once the process has been interrupted.
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
     * @param quiet without progress
     */
    public Screen(Shell shell, boolean forData, boolean quiet) {
        this.out = new StandardOutput(shell.out());
        this.err = new PrintStream(shell.err(), false, shell.charset());
        this.people = forData ? err : new PrintStream(out, false, shell.charset());
        this.progress = new ProgressLine(err, shell.errTerminal(), PACE);
        this.quiet = quiet;
    }

    /** For people; the caller has made it printable. */
    public synchronized void say(String text) {
        print(people, text);
    }

    /** What went wrong, and what is only of passing interest. */
    public synchronized void tell(String text) {
        print(err, text);
    }

    private void print(PrintStream to, String text) {
        if (!mute) {
            progress.end();
            to.println(text);
            to.flush();
        }
    }

    /** An answer of the service as it came, and a line break. */
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

    /** @throws NotWritten when text for people has not got to the standard output */
    public synchronized void finish() throws NotWritten {
        out.finish();
    }

    public synchronized void progress(Progress state) {
        if (!mute && !quiet) {
            progress.show(state);
        }
    }

    /** Says this and then nothing more, whatever other threads still come to. */
    public synchronized void lastWords(List<String> lines) {
        progress.end();
        lines.forEach(err::println);
        err.flush();
        mute = true;
    }
}
