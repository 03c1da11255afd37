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
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** The content of a request, as far as it has been read: its options, and its documents in the spool. Not thread-safe. */
public final class Submission {

    private static final String UNKNOWN = "application/octet-stream";
    private static final Spool.Slice EMPTY = new Spool.Slice(0, 0, Sha256.of(""), true);

    private final Spool spool;
    private final Formats formats;
    private final Secrets secrets;
    private final IntakeSettings settings;
    private final int maxDocuments;
    private final DocumentCheck check;
    private final List<NewDocument> documents = new ArrayList<>();

    private Options options = Options.NONE;

    public Submission(Spool spool, Formats formats, Secrets secrets, IntakeSettings settings, int maxDocuments) {
        this.spool = spool;
        this.formats = formats;
        this.secrets = secrets;
        this.settings = settings;
        this.maxDocuments = maxDocuments;
        this.check = new DocumentCheck(spool, formats, secrets, maxDocumentBytes());
    }

    /** The documents in the order of the request, refused ones included. */
    public List<NewDocument> documents() {
        return documents;
    }

    /** The number of documents that are not refused. */
    public int acceptable() {
        return (int) documents.stream()
                .filter(document -> document.refusal() == null)
                .count();
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

    /** The client's descriptions of the documents in an archive. */
    @FunctionalInterface
    public interface EntryDescriptions {
        /**
         * @param path in the archive
         * @param inherited the description of a document that the client does not describe
         */
        DocumentDescription of(String path, DocumentDescription inherited);
    }

    /**
     * Adds a document, or the documents of an archive. A document that can never succeed is added as refused.
     *
     * @param mediaType null when it must be detected
     * @throws Problem 413 when there are too many documents
     */
    public void add(DocumentDescription description, Spool.Slice slice, @Nullable String mediaType) throws IOException {
        add(description, slice, mediaType, (path, inherited) -> inherited);
    }

    /**
     * As {@link #add(DocumentDescription, Spool.Slice, String)}, with descriptions for the documents of an archive.
     *
     * @return false for an archive that could not be read to the end
     */
    boolean add(
            DocumentDescription description, Spool.Slice slice, @Nullable String mediaType, EntryDescriptions entries)
            throws IOException {
        refuseTooMany();
        String type = mediaType != null ? mediaType : check.mediaType(description, slice);
        if (type.equals(Archive.MEDIA_TYPE) && settings.archive().maxNesting() > 0) {
            return expand(description, slice, entries);
        }
        add(description, slice, type, check.refusal(slice, type, description.password()));
        return true;
    }

    /**
     * Adds the documents of an archive in its place. They inherit its password. If the archive is faulty, a refused
     * document represents it.
     */
    private boolean expand(DocumentDescription archive, Spool.Slice slice, EntryDescriptions descriptions)
            throws IOException {
        Archive.Contents contents =
                Archive.expand(spool, slice, formats, maxDocumentBytes(), settings.archive(), archive.password());
        for (Archive.Entry entry : contents.entries()) {
            refuseTooMany();
            add(entry, descriptions.of(entry.path(), inherited(archive, entry)));
        }
        if (contents.refusal() == null) {
            return true;
        }
        refuseTooMany();
        add(archive, slice, Archive.MEDIA_TYPE, contents.refusal());
        return false;
    }

    private static DocumentDescription inherited(DocumentDescription archive, Archive.Entry entry) {
        return new DocumentDescription(
                externalId(archive.externalId(), entry.path()),
                entry.filename(),
                null,
                archive.metadata(),
                archive.password());
    }

    private static @Nullable String externalId(@Nullable String archive, String path) {
        if (archive == null) {
            return null;
        }
        String id = archive + "/" + path;
        return id.length() <= DocumentDescription.MAX_EXTERNAL_ID ? id : "sha256:" + Sha256.of(id);
    }

    private void add(Archive.Entry entry, DocumentDescription description) throws IOException {
        Spool.Slice slice = entry.slice();
        if (slice == null) {
            slice = EMPTY;
        }
        String type = entry.slice() == null ? UNKNOWN : check.mediaType(description, slice);
        Failure refusal = entry.refusal();
        add(description, slice, type, refusal == null ? check.refusal(slice, type, description.password()) : refusal);
    }

    private void refuseTooMany() {
        if (documents.size() == maxDocuments) {
            throw Problem.of(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "batch-too-large",
                            "A request of this form must have at most " + maxDocuments + " documents.")
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
                refusal == null ? () -> spool.open(slice) : InputStream::nullInputStream,
                refusal == null && password != null ? new KeptPassword(password, secrets) : null,
                refusal));
    }
}
