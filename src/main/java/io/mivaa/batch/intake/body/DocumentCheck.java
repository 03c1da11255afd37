package io.mivaa.batch.intake.body;

import io.mivaa.batch.intake.document.DocumentDescription;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.secrets.Secrets;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the type of a document, and the documents that can never succeed. Not thread-safe. */
final class DocumentCheck {

    private final Spool spool;
    private final Formats formats;
    private final Secrets secrets;
    private final long maxBytes;

    DocumentCheck(Spool spool, Formats formats, Secrets secrets, long maxBytes) {
        this.spool = spool;
        this.formats = formats;
        this.secrets = secrets;
        this.maxBytes = maxBytes;
    }

    /** The media type of a document by its first bytes, its name and its declared type. */
    String mediaType(DocumentDescription description, Spool.Slice slice) throws IOException {
        return formats.detect(spool.head(slice), description.filename(), description.contentType());
    }

    /** @return why the document can never succeed, null when nothing is known against it */
    @Nullable
    Failure refusal(Spool.Slice slice, String mediaType, @Nullable Password password) {
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
                            maxBytes));
        }
        if (!formats.supported().contains(mediaType)) {
            return Failure.invalidInput(
                    "unsupported-format",
                    "Documents of type " + mediaType + " are not supported; /api/v1/limits lists the supported types.");
        }
        if (password != null && secrets.keys() == 0) {
            return Failure.invalidInput(
                    "passwords-not-enabled",
                    "The document has a password, but the service has no key to store passwords safely:"
                            + " mivaa.secrets.key is not set.");
        }
        return null;
    }
}
