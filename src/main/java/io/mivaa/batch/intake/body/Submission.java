package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.archive.Archive;
import io.mivaa.batch.intake.document.DocumentDescription;
import io.mivaa.batch.intake.document.KeptPassword;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.intake.options.Options;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.secrets.Secrets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What has been read of a request so far: its options, and its documents in the spool. Used by one thread. */
public final class Submission {

    private static final String UNKNOWN = "application/octet-stream";
    private static final Spool.Slice NOTHING = new Spool.Slice(0, 0, Sha256.of(""), true);

    private final Spool spool;
    private final Formats formats;
    private final Secrets secrets;
    private final IntakeSettings settings;
    private final int maxDocuments;
    private final List<NewDocument> documents = new ArrayList<>();

    private Options options = Options.NONE;

    public Submission(Spool spool, Formats formats, Secrets secrets, IntakeSettings settings, int maxDocuments) {
        this.spool = spool;
        this.formats = formats;
        this.secrets = secrets;
        this.settings = settings;
        this.maxDocuments = maxDocuments;
    }

    public List<NewDocument> documents() {
        return documents;
    }

    public Options options() {
        return options;
    }

    void options(Options chosen) {
        options = chosen;
    }

    Spool spool() {
        return spool;
    }

    long maxDocumentBytes() {
        return settings.maxDocumentSize().toBytes();
    }

    /** What the client says of the documents within an archive. */
    @FunctionalInterface
    interface Within {
        /**
         * @param path within the archive
         * @param otherwise what holds when nothing is said of it
         */
        DocumentDescription of(String path, DocumentDescription otherwise);
    }

    /**
     * Takes a document; what is known to be hopeless already becomes its refusal.
     *
     * @param mediaType null to find it out
     */
    public void add(DocumentDescription description, Spool.Slice slice, @Nullable String mediaType) throws IOException {
        add(description, slice, mediaType, (path, otherwise) -> otherwise);
    }

    /**
     * As {@link #add(DocumentDescription, Spool.Slice, String)}, of an archive whose documents are described one by one.
     *
     * @return false for an archive that could not be read to its end
     */
    boolean add(DocumentDescription description, Spool.Slice slice, @Nullable String mediaType, Within within)
            throws IOException {
        mustHaveRoom();
        String type = mediaType != null
                ? mediaType
                : formats.detect(spool.head(slice), description.filename(), description.contentType());
        if (type.equals(Archive.MEDIA_TYPE) && settings.archive().maxNesting() > 0) {
            return expand(description, slice, within);
        } else {
            add(description, slice, type, refusal(slice, type, description.password()));
            return true;
        }
    }

    /**
     * The documents of an archive take its place, and have its password unless they bring one; of what is wrong with
     * it tells a document that can never succeed.
     */
    private boolean expand(DocumentDescription archive, Spool.Slice slice, Within within) throws IOException {
        Archive.Contents contents =
                Archive.expand(spool, slice, formats, maxDocumentBytes(), settings.archive(), archive.password());
        for (Archive.Entry entry : contents.entries()) {
            mustHaveRoom();
            DocumentDescription description = within.of(
                    entry.path(),
                    new DocumentDescription(
                            externalId(archive.externalId(), entry.path()),
                            entry.filename(),
                            null,
                            archive.metadata(),
                            archive.password()));
            Spool.Slice bytes = entry.slice() == null ? NOTHING : entry.slice();
            String type = entry.slice() == null
                    ? UNKNOWN
                    : formats.detect(spool.head(bytes), description.filename(), description.contentType());
            Failure refusal = entry.refusal() == null ? refusal(bytes, type, description.password()) : entry.refusal();
            add(description, bytes, type, refusal);
        }
        if (contents.refusal() != null) {
            mustHaveRoom();
            add(archive, slice, Archive.MEDIA_TYPE, contents.refusal());
        }
        return contents.refusal() == null;
    }

    private static @Nullable String externalId(@Nullable String archive, String path) {
        if (archive == null) {
            return null;
        }
        String id = archive + "/" + path;
        return id.length() <= DocumentDescription.MAX_EXTERNAL_ID ? id : "sha256:" + Sha256.of(id);
    }

    private void mustHaveRoom() {
        if (documents.size() == maxDocuments) {
            throw Problem.of(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "batch-too-large",
                            "A batch of this form has at most " + maxDocuments + " documents.")
                    .with("limit", maxDocuments);
        }
    }

    private void add(DocumentDescription description, Spool.Slice slice, String type, @Nullable Failure refusal) {
        Password password = description.password();
        documents.add(new NewDocument(
                description.externalId(),
                description.filename(),
                description.contentType(),
                type,
                slice.bytes(),
                slice.sha256(),
                description.metadata() == null ? "{}" : description.metadata(),
                refusal == null ? () -> spool.open(slice) : java.io.InputStream::nullInputStream,
                refusal == null && password != null ? new KeptPassword(password, secrets) : null,
                refusal));
    }

    private @Nullable Failure refusal(Spool.Slice slice, String type, @Nullable Password password) {
        if (slice.bytes() == 0) {
            return Failure.invalidInput("empty-document", "The document has no content.");
        }
        if (!slice.kept()) {
            return Failure.invalidInput(
                    "document-too-large",
                    String.format(
                            Locale.ROOT,
                            "The document has %d bytes; at most %d are allowed.",
                            slice.bytes(),
                            maxDocumentBytes()));
        }
        if (!formats.supported().contains(type)) {
            return Failure.invalidInput(
                    "unsupported-format", "Documents of type " + type + " cannot be read; see /api/v1/limits.");
        }
        if (password != null && secrets.keys() == 0) {
            return Failure.invalidInput(
                    "passwords-not-enabled",
                    "The document brings a password, which cannot be kept safe here: mivaa.secrets.key is not set.");
        }
        return null;
    }
}
