package io.mivaa.batch.intake.archive;

import io.mivaa.batch.intake.document.FileNames;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.ArchiveSettings;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.document.Password;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes a ZIP archive in the spool apart, entry by entry as they come: each goes to the end of the spool as a document of
 * its own. The directory at the archive's end is only looked for, so an archive costs no memory however many entries it has.
 * Used by one thread.
 */
public final class Archive {

    private static final long RATIO_COUNTS_FROM = 1 << 20;
    private static final int LONGEST_PATH = 1024;
    private static final Pattern HALF_CHARACTER = Pattern.compile("^[\\uDC00-\\uDFFF]");
    private static final int BUFFER = 1 << 14;
    private static final int END_WITHIN = 22 + 65_535;

    /** What macOS and Windows put beside the files of their users. */
    private static final Pattern JUNK =
            Pattern.compile("(?i)(?:.*/)?(?:__MACOSX/.*|\\._[^/]*|\\.DS_Store|Thumbs\\.db|desktop\\.ini)");

    public static final String MEDIA_TYPE = "application/zip";

    private final Spool spool;
    private final Formats formats;
    private final long maxDocumentBytes;
    private final ArchiveSettings settings;
    private final long room;
    private final @Nullable Password password;
    private final List<Entry> entries = new ArrayList<>();
    private long inflated;
    private boolean cutOff;

    private Archive(
            Spool spool,
            Formats formats,
            long maxDocumentBytes,
            ArchiveSettings settings,
            long archiveBytes,
            @Nullable Password password) {
        this.spool = spool;
        this.formats = formats;
        this.maxDocumentBytes = maxDocumentBytes;
        this.settings = settings;
        this.password = password;
        this.room = Math.min(
                settings.maxInflated().toBytes(), Math.max(RATIO_COUNTS_FROM, archiveBytes * settings.maxRatio()));
    }

    /**
     * A document of the archive.
     *
     * @param path within the archive, for display: without control characters or steps upwards
     * @param slice its bytes, null when there are none to have
     * @param refusal why it can never succeed, null when that is still open
     */
    public record Entry(
            String path,
            Spool.@Nullable Slice slice,
            @Nullable Failure refusal) {

        public String filename() {
            return FileNames.clean(path);
        }
    }

    /**
     * @param entries in their order
     * @param refusal why the archive is not what it should be: with entries, those before the damage came in
     */
    public record Contents(List<Entry> entries, @Nullable Failure refusal) {}

    /** More than is allowed; never seen outside. */
    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** @param password that came with the archive, which may need none */
    public static Contents expand(
            Spool spool,
            Spool.Slice slice,
            Formats formats,
            long maxDocumentBytes,
            ArchiveSettings settings,
            @Nullable Password password)
            throws IOException {
        Archive archive = new Archive(spool, formats, maxDocumentBytes, settings, slice.bytes(), password);
        try {
            archive.read(slice, "", 1);
        } catch (TooMuch e) {
            return new Contents(
                    List.of(),
                    Failure.invalidInput(
                            "archive-too-large",
                            "The archive has more entries than " + settings.maxEntries()
                                    + ", or they decompress to more than is allowed."));
        } catch (Damaged e) {
            return new Contents(archive.entries, damaged());
        } catch (ArchiveEntries.WrongPassword e) {
            return new Contents(
                    archive.entries,
                    Failure.invalidInput(
                            "wrong-password",
                            "The archive is encrypted and the password that came with it does not fit; nothing is read"
                                    + " from the first entry on that it does not open."));
        }
        if (archive.cutOff) {
            // it may have ended between two entries, which is no error to a reader of the stream
            return new Contents(archive.entries, damaged());
        }
        archive.leaveOutPicturesOfAnExtraction();
        Failure empty = Failure.invalidInput("empty-document", "The archive has no documents.");
        return new Contents(archive.entries, archive.entries.isEmpty() ? empty : null);
    }

    /** The first extractor put the pictures it had cut out beside its result, which says what is to be said of them. */
    private void leaveOutPicturesOfAnExtraction() {
        if (entries.stream().anyMatch(entry -> entry.path().equals("output.json"))) {
            entries.removeIf(entry -> entry.path().matches("images/.*\\.(?:jpe?g|png)"));
        }
    }

    private static Failure damaged() {
        return Failure.invalidInput("damaged-archive", "The archive is damaged and was read in part or not.");
    }

    /** The archive is at fault, not the disk. */
    private static final class Damaged extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Damaged(Throwable cause) {
            super(cause);
        }
    }

    private void read(Spool.Slice slice, String prefix, int depth) throws IOException {
        try (InputStream in = spool.open(slice);
                ArchiveEntries zip =
                        password == null ? ArchiveEntries.plain(in) : ArchiveEntries.locked(in, password.value())) {
            if (!hasEnd(slice)) {
                cutOff = true;
            }
            for (ArchiveEntries.Header entry = next(zip); entry != null; entry = next(zip)) {
                if (!entry.directory() && !JUNK.matcher(entry.name()).matches()) {
                    if (entries.size() >= settings.maxEntries()) {
                        throw new TooMuch();
                    }
                    read(zip, entry, prefix, depth);
                }
            }
        }
    }

    /** Whether the record is there that ends every archive (APPNOTE.TXT, 4.3.16); a comment may follow it. */
    private boolean hasEnd(Spool.Slice slice) throws IOException {
        long length = Math.min(slice.bytes(), END_WITHIN);
        Spool.Slice tail = new Spool.Slice(slice.offset() + slice.bytes() - length, length, slice.sha256(), true);
        try (InputStream in = spool.open(tail)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1).contains("PK\5\6");
        }
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

    private void read(ArchiveEntries zip, ArchiveEntries.Header entry, String prefix, int depth) throws IOException {
        String path = prefix + clean(entry.name());
        if (entry.refusal() != null) {
            entries.add(new Entry(path, null, entry.refusal()));
            return;
        }
        Spool.Slice slice = inflate(zip);
        if (!isZip(slice)) {
            entries.add(new Entry(path, slice, null));
        } else if (depth < settings.maxNesting()) {
            read(slice, path + "/", depth + 1);
        } else {
            entries.add(new Entry(
                    path,
                    slice,
                    Failure.invalidInput(
                            "nested-archive", "Archives are expanded " + settings.maxNesting() + " deep, no deeper.")));
        }
    }

    /** Office documents are archives too, but none of documents. */
    private boolean isZip(Spool.Slice slice) throws IOException {
        return formats.detect(spool.head(slice), "unnamed", null).equals(MEDIA_TYPE);
    }

    /**
     * Steps upwards and absolute paths lead nowhere here, and shall not be shown either. Of a path that is too long the
     * end stays, which tells the files of a folder apart.
     */
    private static String clean(String name) {
        String path = Arrays.stream(name.replace('\\', '/').split("/", -1))
                .filter(step -> !step.isBlank() && !step.equals(".") && !step.equals(".."))
                .map(FileNames::clean)
                .collect(Collectors.joining("/"));
        String end = HALF_CHARACTER
                .matcher(path.substring(Math.max(0, path.length() - LONGEST_PATH)))
                .replaceFirst("");
        return end.isEmpty() ? "unnamed" : end;
    }

    /** Counts what comes out of the archive. */
    private Spool.Slice inflate(ArchiveEntries zip) throws IOException {
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

    private static int read(ArchiveEntries zip, byte[] buffer) {
        try {
            return zip.read(buffer, 0, buffer.length);
        } catch (ArchiveEntries.WrongPassword e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new Damaged(e);
        }
    }
}
