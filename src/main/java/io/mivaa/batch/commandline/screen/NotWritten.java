package io.mivaa.batch.commandline.screen;

import io.mivaa.batch.commandline.client.Printable;
import java.io.IOException;

/** A file or the standard output could not be written. The message is a sentence. */
public final class NotWritten extends IOException {

    private static final long serialVersionUID = 1L;

    /** The message of the system for a pipe without a reader. In another language the failure is reported like any other. */
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

    /** Whether the reader of the standard output, such as {@code head}, has ended. This is not reported as a failure. */
    public boolean isUnread() {
        return unread;
    }
}
