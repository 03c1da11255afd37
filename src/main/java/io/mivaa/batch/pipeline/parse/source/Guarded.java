package io.mivaa.batch.pipeline.parse.source;

import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CancellationException;

/** Runs readers of foreign formats: whatever they throw at a damaged document becomes a refusal of it. */
public final class Guarded {

    private Guarded() {}

    /** Reads a document that is there and not empty. */
    @FunctionalInterface
    public interface Reader {
        ParsedDocument read() throws Exception;
    }

    /** @param kind what the document is called in messages, for example "Word document" */
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
            // an interrupt closes files under their readers, which then find them damaged
            SourceBytes.checkCancelled();
            // the cause may quote the document, so only its kind is kept
            throw new Rejected(
                    "damaged-document",
                    "The " + kind + " is damaged and cannot be read ("
                            + e.getClass().getSimpleName() + ").");
        }
    }

    /** For what can be opened with a password: says whether one came with the source that does not fit. */
    public static Rejected locked(String kind, Source source) {
        return source.password() == null
                ? encrypted(kind)
                : new Rejected(
                        "wrong-password",
                        "The " + kind + " is encrypted and the password that came with it does not fit.");
    }

    public static Rejected encrypted(String kind) {
        return new Rejected("encrypted-document", "The " + kind + " is encrypted and a password is needed to read it.");
    }
}
