package io.mivaa.batch.intake.document;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.limits.StorageFull;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.pipeline.Formats;
import java.io.BufferedInputStream;
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
 * The documents of one request, one after the other in one temporary file, so that a request of any size costs a few
 * kilobytes of memory. Used by one thread; closing it deletes the file.
 */
public final class Spool implements Closeable {

    private final Path file;
    private final FileChannel channel;
    private long end;

    public Spool(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** @throws Problem 503 when the disk does not take it */
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
     * @param bytes its whole length, also when it was too large to be kept
     * @param sha256 of what came in
     * @param kept false when it was longer than allowed: then nothing of it is in the file
     */
    public record Slice(long offset, long bytes, String sha256, boolean kept) {}

    /** Writes one document at the end of the file. */
    public final class Writer extends OutputStream {

        private final long max;
        private final long start = end;
        private final MessageDigest digest = sha256();
        private final OutputStream out;
        private long bytes;

        /** @param max bytes that are kept; what comes after is counted and thrown away */
        Writer(long max) throws IOException {
            this.max = max;
            channel.position(start);
            this.out = new java.io.BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
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

    /** Opens a document for reading; documents may be read in any order. */
    public InputStream open(Slice slice) throws IOException {
        if (!slice.kept()) {
            return InputStream.nullInputStream();
        }
        return new BufferedInputStream(new SliceStream(slice), 1 << 16);
    }

    /** The first bytes of a document, as many as are needed to know its type. */
    public byte[] head(Slice slice) throws IOException {
        try (InputStream in = open(slice)) {
            return in.readNBytes(Formats.HEAD_BYTES);
        }
    }

    /** Keeps a position of its own, whatever else is read or written at the same time. */
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
