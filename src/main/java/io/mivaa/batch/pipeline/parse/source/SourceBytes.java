package io.mivaa.batch.pipeline.parse.source;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Reads the bytes of sources whose parser needs them all at once, and checks for cancellation. */
public final class SourceBytes {

    private SourceBytes() {}

    /**
     * Reads all bytes of a text.
     *
     * @throws Rejected when the source is empty, or has too much text even at four bytes per character
     * @throws TransientFailure when the stored document cannot be read
     */
    public static byte[] ofText(Source source, ParseLimits limits) {
        if (source.bytes() / 4 > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        return of(source);
    }

    /**
     * Reads all bytes.
     *
     * @throws Rejected when the source is empty
     * @throws TransientFailure when the stored document cannot be read
     */
    public static byte[] of(Source source) {
        checkCancelled();
        try {
            byte[] bytes = Files.readAllBytes(source.file());
            if (bytes.length == 0) {
                throw new Rejected("no-text", "The document is empty.");
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /**
     * The failure to read a stored file, which is the fault of the disk and not of the document.
     *
     * @throws CancellationException when an interrupt closed the file
     */
    public static TransientFailure unreadable(Exception cause) {
        checkCancelled();
        return new TransientFailure("source-unreadable", "The stored document could not be read.", cause);
    }

    /** @throws CancellationException when the thread is interrupted; clears the interrupt */
    public static void checkCancelled() {
        if (Thread.interrupted()) {
            throw new CancellationException("The parser was interrupted.");
        }
    }

    /** The warning about replaced characters, if any were replaced. */
    public static List<Warning> warnings(DecodedText decoded) {
        return decoded.replaced() == 0
                ? List.of()
                : List.of(new Warning(
                        "replaced-characters",
                        decoded.replaced() + " places were not valid "
                                + decoded.charset().name() + " and became U+FFFD."));
    }
}
