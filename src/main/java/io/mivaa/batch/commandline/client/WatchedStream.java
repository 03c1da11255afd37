package io.mivaa.batch.commandline.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A body that must keep coming: the JDK's client waits for the rest of one for ever, should the other side be gone
 * without a word. For one thread.
 */
final class WatchedStream extends FilterInputStream {

    private final Duration limit;

    /** @param limit how long a read may take, after which the stream is closed and the read fails */
    WatchedStream(InputStream in, Duration limit) {
        super(in);
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        CompletableFuture<Integer> reading =
                new CompletableFuture<Integer>().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
        CompletableFuture<Integer> unused = reading.exceptionally(tooLate -> {
            closeQuietly();
            return -1;
        });
        int read = -1;
        IOException failure = null;
        try {
            read = in.read(buffer, offset, length);
        } catch (IOException e) {
            failure = e;
        }
        // What is closed under a read may look like its end.
        if (!reading.complete(read)) {
            throw new IOException("nothing has come for " + limit.toSeconds() + " seconds", failure);
        }
        if (failure != null) {
            throw failure;
        }
        return read;
    }

    private void closeQuietly() {
        try {
            in.close();
        } catch (IOException e) {
            // The read fails all the same.
        }
    }
}
