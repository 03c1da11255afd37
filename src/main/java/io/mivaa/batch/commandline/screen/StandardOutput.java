package io.mivaa.batch.commandline.screen;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** The standard output, whose failures are told as such, even where a PrintStream keeps them to itself. Not thread-safe. */
public final class StandardOutput extends FilterOutputStream {

    private @Nullable NotWritten failure;

    public StandardOutput(OutputStream out) {
        super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws NotWritten {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = NotWritten.standardOutput(e);
            throw failure;
        }
    }

    @Override
    public void write(int b) throws NotWritten {
        write(new byte[] {(byte) b}, 0, 1);
    }

    /** @throws NotWritten when something was not written until now */
    void finish() throws NotWritten {
        if (failure != null) {
            throw failure;
        }
    }
}
