package io.mivaa.batch.intake.document;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.limits.StorageFull;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.pipeline.Formats;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.commons.compress.utils.BoundedArchiveInputStream;

/**
 * The documents of one request, one after the other in one temporary file. A request of any size therefore needs a few
 * kilobytes of memory. Not thread-safe. Closing it deletes the file.
 */
public final class Spool implements Closeable {

    private final Path file;
    private final FileChannel channel;
    private long end;

    public Spool(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /**
     * A spool in a new file.
     *
     * @throws Problem 503 when the file cannot be created
     */
    public static Spool in(SpoolDirectory directory) {
        try {
            return new Spool(directory.newFile(".spool"));
        } catch (IOException e) {
            throw StorageFull.notWritable();
        }
    }

    /**
     * A document in the file.
     *
     * @param bytes the whole length, even if the document was too large to be kept
     * @param sha256 of the bytes that were kept or, for a document that was too large, of its beginning
     * @param kept false when the document was longer than allowed; then the file holds nothing of it
     */
    public record Slice(long offset, long bytes, String sha256, boolean kept) {}

    /**
     * Writes one document at the end of the file. Only a problem reports a failure of the disk; an {@link IOException}
     * during a copy comes from the client.
     */
    public final class Writer extends OutputStream {

        private final long max;
        private final long start = end;
        private final MessageDigest digest = sha256();
        private final OutputStream out;
        private long bytes;

        /** @param max bytes that are kept; further ones are counted and discarded */
        Writer(long max) throws IOException {
            this.max = max;
            channel.position(start);
            this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            bytes += length;
            if (bytes > max) {
                return;
            }
            digest.update(buffer, offset, length);
            try {
                out.write(buffer, offset, length);
            } catch (IOException e) {
                throw StorageFull.notWritable();
            }
        }

        public Slice finish() throws IOException {
            try {
                out.flush();
            } catch (IOException e) {
                throw StorageFull.notWritable();
            }
            boolean kept = bytes <= max;
            if (kept) {
                end = start + bytes;
            } else {
                channel.truncate(start);
            }
            return new Slice(start, bytes, HexFormat.of().formatHex(digest.digest()), kept);
        }
    }

    public Writer writer(long max) throws IOException {
        return new Writer(max);
    }

    public Slice append(InputStream in, long max) throws IOException {
        Writer writer = writer(max);
        in.transferTo(writer);
        return writer.finish();
    }

    /** Opens a document. Documents can be read in any order; one that was not kept is empty. */
    public InputStream open(Slice slice) throws IOException {
        if (!slice.kept()) {
            return InputStream.nullInputStream();
        }
        return new BufferedInputStream(new SliceStream(slice), 1 << 16);
    }

    /** The first bytes of a document, enough to detect its type. */
    public byte[] head(Slice slice) throws IOException {
        try (InputStream in = open(slice)) {
            return in.readNBytes(Formats.HEAD_BYTES);
        }
    }

    /** Has its own position, so that other reads and writes do not disturb it. */
    private final class SliceStream extends BoundedArchiveInputStream {

        SliceStream(Slice slice) {
            super(slice.offset(), slice.bytes());
        }

        @Override
        protected int read(long position, ByteBuffer buffer) throws IOException {
            return channel.read(buffer, position);
        }
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }
}
