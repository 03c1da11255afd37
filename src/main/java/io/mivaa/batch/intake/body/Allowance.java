package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.Problem;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the values of a JSON body that the parser must hold in memory. While no limit is in force, any number of bytes
 * can be read; this applies to the content of documents, which is streamed. Not thread-safe.
 */
final class Allowance extends FilterInputStream {

    private long left;
    private @Nullable Supplier<Problem> excess;

    Allowance(InputStream in) {
        super(in);
    }

    /**
     * Allows that many more bytes. Bytes that the parser has read ahead are not counted.
     *
     * @param problem made and thrown by the read that exceeds the limit
     */
    void limit(long bytes, Supplier<Problem> problem) {
        left = bytes;
        excess = problem;
    }

    /** Ends the limit. */
    void lift() {
        excess = null;
    }

    @Override
    public int read() throws IOException {
        return counted(in.read(), 1);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int got = in.read(buffer, offset, length);
        return counted(got, got);
    }

    private int counted(int result, int bytes) {
        left -= result < 0 ? 0 : bytes;
        if (excess != null && left < 0) {
            throw excess.get();
        }
        return result;
    }
}
