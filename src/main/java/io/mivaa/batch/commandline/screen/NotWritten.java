package io.mivaa.batch.commandline.screen;

import io.mivaa.batch.commandline.client.Printable;
import java.io.IOException;

/** Something could not be written here: a file, or the standard output. The message is a sentence. */
public final class NotWritten extends IOException {

    private static final long serialVersionUID = 1L;

    /** As the system says it of a pipe that nobody reads; what it says in another language is told as any failure. */
    private static final String BROKEN_PIPE = "Broken pipe";

    private final boolean unread;

    private NotWritten(String name, IOException cause, boolean unread) {
        super(Printable.line(name) + " cannot be written: " + Printable.reason(cause), cause);
        this.unread = unread;
    }

    public static NotWritten file(String name, IOException cause) {
        return new NotWritten(name, cause, false);
    }

    static NotWritten standardOutput(IOException cause) {
        return new NotWritten("The standard output", cause, BROKEN_PIPE.equals(cause.getMessage()));
    }

    /** Whether the reader of the standard output, such as {@code head}, has had enough: no failure to speak of. */
    public boolean isUnread() {
        return unread;
    }
}
