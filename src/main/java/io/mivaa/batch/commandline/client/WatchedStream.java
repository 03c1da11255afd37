package io.mivaa.batch.commandline.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A response body with a timeout for each read. Without it the JDK's client waits forever when the other side disappears.
 * Used by one thread.
 */
final class WatchedStream extends FilterInputStream {

    private final Duration limit;

    /** @param limit the timeout of a read, after which the stream is closed and the read fails */
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
        CompletableFuture<Integer> unused = reading.exceptionally(timeout -> {
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
        // A stream that is closed during a read may look like its end.
        if (!reading.complete(read)) {
            throw new IOException("no data received for " + limit.toSeconds() + " seconds", failure);
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
            // The read fails in any case.
        }
    }
}
