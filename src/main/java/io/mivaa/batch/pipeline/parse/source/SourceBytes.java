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

/** Reads sources whose parser needs all of the text at once. */
public final class SourceBytes {

    private SourceBytes() {}

    /** @throws Rejected when even four bytes a character would make too much text */
    public static byte[] ofText(Source source, ParseLimits limits) {
        if (source.bytes() / 4 > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        return of(source);
    }

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

    /** Our own disk is at fault, not the document; unless it was an interrupt that closed the file. */
    public static TransientFailure unreadable(Exception cause) {
        checkCancelled();
        return new TransientFailure("source-unreadable", "The stored document could not be read.", cause);
    }

    public static void checkCancelled() {
        if (Thread.interrupted()) {
            throw new CancellationException("The parser was interrupted.");
        }
    }

    public static List<Warning> warnings(DecodedText decoded) {
        return decoded.replaced() == 0
                ? List.of()
                : List.of(new Warning(
                        "replaced-characters",
                        decoded.replaced() + " places were not valid "
                                + decoded.charset().name() + " and became U+FFFD."));
    }
}
