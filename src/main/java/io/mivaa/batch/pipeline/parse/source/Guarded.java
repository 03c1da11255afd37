package io.mivaa.batch.pipeline.parse.source;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CancellationException;

/** Runs readers of document formats, and turns their exceptions into a refusal of the damaged document. */
public final class Guarded {

    private Guarded() {}

    /** Reads a document that exists and is not empty. */
    @FunctionalInterface
    public interface Reader {
        ParsedDocument read() throws Exception;
    }

    /**
     * Runs the reader.
     *
     * @param kind what messages call the document, for example "Word document"
     * @throws Rejected when the document is empty or damaged
     * @throws TransientFailure when the stored document cannot be read
     * @throws CancellationException when the thread is interrupted
     */
    public static ParsedDocument read(Source source, String kind, Reader reader) {
        SourceBytes.checkCancelled();
        if (!Files.isReadable(source.file())) {
            throw SourceBytes.unreadable(new IOException("missing file"));
        }
        if (source.bytes() == 0) {
            throw new Rejected("no-text", "The document is empty.");
        }
        try {
            return reader.read();
        } catch (Rejected | TransientFailure | CancellationException e) {
            throw e;
        } catch (Exception | StackOverflowError e) {
            // an interrupt closes the files of a reader, which then look damaged
            SourceBytes.checkCancelled();
            // the cause may quote the document, so only its kind is kept
            throw new Rejected(
                    "damaged-document",
                    "The " + kind + " is damaged and cannot be read ("
                            + e.getClass().getSimpleName() + ").");
        }
    }

    /** The refusal of an encrypted document: the password of the source is missing or wrong. */
    public static Rejected locked(String kind, Source source) {
        return source.password() == null
                ? encrypted(kind)
                : new Rejected("wrong-password", "The " + kind + " is encrypted and the given password is wrong.");
    }

    /** The refusal of an encrypted document whose source has no password, or that a password cannot open. */
    public static Rejected encrypted(String kind) {
        return new Rejected("encrypted-document", "The " + kind + " is encrypted and a password is needed to read it.");
    }
}
