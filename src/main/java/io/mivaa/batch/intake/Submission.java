package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.NewDocument;
import io.mivaa.batch.pipeline.Formats;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** What has been read of a request so far: its options, and its documents in the spool. Used by one thread. */
final class Submission {

    private final Spool spool;
    private final Formats formats;
    private final IntakeSettings settings;
    private final int maxDocuments;
    private final List<NewDocument> documents = new ArrayList<>();

    private Options options = Options.NONE;

    Submission(Spool spool, Formats formats, IntakeSettings settings, int maxDocuments) {
        this.spool = spool;
        this.formats = formats;
        this.settings = settings;
        this.maxDocuments = maxDocuments;
    }

    /**
     * What the client says of a document.
     *
     * @param metadata a JSON object
     */
    record Description(
            @Nullable String externalId,
            String filename,
            @Nullable String contentType,
            @Nullable String metadata) {

        static final int MAX_EXTERNAL_ID = 512;
    }

    List<NewDocument> documents() {
        return documents;
    }

    Options options() {
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

    /**
     * Takes a document; what is known to be hopeless already becomes its refusal.
     *
     * @param mediaType null to find it out
     */
    void add(Description description, Spool.Slice slice, @Nullable String mediaType) throws IOException {
        if (documents.size() == maxDocuments) {
            throw Problem.of(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "batch-too-large",
                            "A batch of this form has at most " + maxDocuments + " documents.")
                    .with("limit", maxDocuments);
        }
        String type = mediaType != null
                ? mediaType
                : formats.detect(spool.head(slice), description.filename(), description.contentType());
        Failure refusal = refusal(slice, type);
        documents.add(new NewDocument(
                description.externalId(),
                description.filename(),
                description.contentType(),
                type,
                slice.bytes(),
                slice.sha256(),
                description.metadata() == null ? "{}" : description.metadata(),
                refusal == null ? () -> spool.open(slice) : java.io.InputStream::nullInputStream,
                refusal));
    }

    private @Nullable Failure refusal(Spool.Slice slice, String type) {
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
        return null;
    }
}
