package io.mivaa.batch.intake.archive;

import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.ArchiveSettings;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.document.Password;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive, and the archives in it, entry by entry; each goes to the end of the spool as a document. Never
 * builds the directory of an archive, so memory does not depend on the number of entries. Not thread-safe.
 */
final class ArchiveReader {

    private static final long RATIO_COUNTS_FROM = 1 << 20;
    private static final int BUFFER = 1 << 14;

    /** The longest end record with its comment. */
    private static final int END_WITHIN = 22 + 65_535;

    private final Spool spool;
    private final Formats formats;
    private final long maxDocumentBytes;
    private final ArchiveSettings settings;
    private final @Nullable Password password;
    private final List<Archive.Entry> entries = new ArrayList<>();
    private long inflated;
    private boolean cutOff;

    ArchiveReader(
            Spool spool,
            Formats formats,
            long maxDocumentBytes,
            ArchiveSettings settings,
            @Nullable Password password) {
        this.spool = spool;
        this.formats = formats;
        this.maxDocumentBytes = maxDocumentBytes;
        this.settings = settings;
        this.password = password;
    }

    /** The archive exceeds a limit. */
    static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** The archive is damaged; an {@link IOException} is a failure of the disk. */
    static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Damaged(Throwable cause) {
            super(cause);
        }
    }

    /** The entries that have been read, also after a failure. */
    List<Archive.Entry> entries() {
        return entries;
    }

    /**
     * Whether the end of an archive was missing. It may have been cut off between two entries, which the reader of the
     * stream does not notice.
     */
    boolean cutOff() {
        return cutOff;
    }

    /**
     * @throws TooMuch when there are too many entries or bytes
     * @throws Damaged when an entry cannot be read
     * @throws ArchiveEntries.WrongPassword when the password does not open an entry
     */
    void read(Spool.Slice archive) throws IOException {
        long room = Math.min(
                settings.maxInflated().toBytes(), Math.max(RATIO_COUNTS_FROM, archive.bytes() * settings.maxRatio()));
        read(archive, "", 1, room);
    }

    private void read(Spool.Slice archive, String prefix, int depth, long room) throws IOException {
        try (InputStream in = spool.open(archive);
                ArchiveEntries zip =
                        password == null ? new PlainEntries(in) : new LockedEntries(in, password.value())) {
            if (!hasEnd(archive)) {
                cutOff = true;
            }
            for (ArchiveEntries.Header entry = next(zip); entry != null; entry = next(zip)) {
                if (!entry.directory() && !EntryPath.isJunk(entry.name())) {
                    if (entries.size() >= settings.maxEntries()) {
                        throw new TooMuch();
                    }
                    read(zip, entry, prefix, depth, room);
                }
            }
        }
    }

    /** Whether the slice ends with the record that ends every archive (APPNOTE.TXT, 4.3.16) and perhaps a comment. */
    private boolean hasEnd(Spool.Slice slice) throws IOException {
        long length = Math.min(slice.bytes(), END_WITHIN);
        Spool.Slice tail = new Spool.Slice(slice.offset() + slice.bytes() - length, length, slice.sha256(), true);
        try (InputStream in = spool.open(tail)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains("PK\5\6");
        }
    }

    private void read(ArchiveEntries zip, ArchiveEntries.Header entry, String prefix, int depth, long room)
            throws IOException {
        String path = prefix + EntryPath.clean(entry.name());
        if (entry.refusal() != null) {
            entries.add(new Archive.Entry(path, null, entry.refusal()));
            return;
        }
        Spool.Slice slice = inflate(zip, room);
        if (!isArchive(slice)) {
            entries.add(new Archive.Entry(path, slice, null));
        } else if (depth < settings.maxNesting()) {
            read(slice, path + "/", depth + 1, room);
        } else {
            entries.add(new Archive.Entry(path, slice, tooDeep()));
        }
    }

    private Failure tooDeep() {
        return Failure.invalidInput(
                "nested-archive",
                "Archives are expanded to a depth of " + settings.maxNesting() + "; this one is nested deeper.");
    }

    /** Office documents are ZIP files too, but not archives of documents; detection distinguishes them. */
    private boolean isArchive(Spool.Slice slice) throws IOException {
        return formats.detect(spool.head(slice), "unnamed", null).equals(Archive.MEDIA_TYPE);
    }

    /** @param room bytes that all entries together may have */
    private Spool.Slice inflate(ArchiveEntries zip, long room) throws IOException {
        Spool.Writer writer = spool.writer(maxDocumentBytes);
        byte[] buffer = new byte[BUFFER];
        for (int read = read(zip, buffer); read >= 0; read = read(zip, buffer)) {
            inflated += read;
            if (inflated > room) {
                throw new TooMuch();
            }
            writer.write(buffer, 0, read);
        }
        return writer.finish();
    }

    private static ArchiveEntries.@Nullable Header next(ArchiveEntries zip) {
        try {
            return zip.next();
        } catch (ArchiveEntries.WrongPassword e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new Damaged(e);
        }
    }

    private static int read(ArchiveEntries zip, byte[] buffer) {
        try {
            return zip.read(buffer);
        } catch (ArchiveEntries.WrongPassword e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new Damaged(e);
        }
    }
}
