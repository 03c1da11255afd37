package io.mivaa.batch.intake.archive;

import io.mivaa.batch.intake.document.FileNames;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.ArchiveSettings;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.document.Password;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expands a ZIP archive in the spool into documents. */
public final class Archive {

    public static final String MEDIA_TYPE = "application/zip";

    private Archive() {}

    /**
     * A document of the archive.
     *
     * @param path in the archive, for display: without control characters or upward steps
     * @param slice its bytes, null when they cannot be read
     * @param refusal why it can never succeed, null when nothing is known against it
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
     * The documents of an archive.
     *
     * @param entries in their order; for a damaged archive those before the damage
     * @param refusal what is wrong with the archive, null when nothing is
     */
    public record Contents(List<Entry> entries, @Nullable Failure refusal) {}

    /**
     * Appends the entries of an archive to its spool.
     *
     * @param password the password of the archive, which may need none
     * @throws IOException when the spool cannot be read; a damaged archive is reported in the contents
     */
    public static Contents expand(
            Spool spool,
            Spool.Slice slice,
            Formats formats,
            long maxDocumentBytes,
            ArchiveSettings settings,
            @Nullable Password password)
            throws IOException {
        ArchiveReader reader = new ArchiveReader(spool, formats, maxDocumentBytes, settings, password);
        try {
            reader.read(slice);
        } catch (ArchiveReader.TooMuch e) {
            return new Contents(List.of(), tooLarge(settings));
        } catch (ArchiveReader.Damaged e) {
            return new Contents(reader.entries(), damaged());
        } catch (ArchiveEntries.WrongPassword e) {
            return new Contents(reader.entries(), wrongPassword());
        }
        return reader.cutOff() ? new Contents(reader.entries(), damaged()) : whole(reader.entries());
    }

    private static Contents whole(List<Entry> entries) {
        leaveOutPicturesOfAnExtraction(entries);
        Failure empty = Failure.invalidInput("empty-document", "The archive contains no documents.");
        return new Contents(entries, entries.isEmpty() ? empty : null);
    }

    /** Mivaa's first extractor put the pictures of a document beside its result, which describes them already. */
    private static void leaveOutPicturesOfAnExtraction(List<Entry> entries) {
        if (entries.stream().anyMatch(entry -> entry.path().equals("output.json"))) {
            entries.removeIf(entry -> entry.path().matches("images/.*\\.(?:jpe?g|png)"));
        }
    }

    private static Failure tooLarge(ArchiveSettings settings) {
        return Failure.invalidInput(
                "archive-too-large",
                "The archive has more than " + settings.maxEntries()
                        + " documents, or they are too large when decompressed.");
    }

    private static Failure damaged() {
        return Failure.invalidInput(
                "damaged-archive", "The archive is damaged; only the documents before the damage were read.");
    }

    private static Failure wrongPassword() {
        return Failure.invalidInput(
                "wrong-password",
                "The password does not open an entry of the archive; only the documents before that entry were read.");
    }
}
