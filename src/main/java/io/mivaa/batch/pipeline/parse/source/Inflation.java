package io.mivaa.batch.pipeline.parse.source;

import io.mivaa.batch.pipeline.Rejected;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts the decompressed bytes of all parts of an archive, and stops a decompression bomb. Not thread-safe. */
final class Inflation {

    /** The ratio of a smaller part says nothing: it costs little. */
    private static final long RATIO_COUNTS_FROM = 1 << 20;

    private final ContainerSettings settings;
    private long inflated;

    Inflation(ContainerSettings settings) {
        this.settings = settings;
    }

    /**
     * Counts what is read from a part.
     *
     * @param compressed the size of the part in the archive
     * @return a stream that throws {@link Rejected} as soon as a limit is exceeded
     */
    InputStream counted(InputStream in, long compressed) {
        return new Counted(in, Math.max(1, compressed));
    }

    private final class Counted extends FilterInputStream {
        private final long compressed;
        private long bytes;

        Counted(InputStream in, long compressed) {
            super(in);
            this.compressed = compressed;
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count(b < 0 ? 0 : 1);
            return b;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) {
            bytes += read;
            inflated += read;
            boolean bomb = bytes > RATIO_COUNTS_FROM && bytes / compressed > settings.maxRatio();
            if (bomb || inflated > settings.maxInflated().toBytes()) {
                throw new Rejected(
                        "decompression-limit",
                        "The decompressed document exceeds a limit: its total size, or its size relative to the"
                                + " compressed form.");
            }
        }
    }
}
