package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.Source;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.pipeline.Warning;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Reads sources whose parser needs all of the text at once. */
final class SourceBytes {

    private SourceBytes() {}

    /** @throws Rejected when even four bytes a character would make too much text */
    static byte[] ofText(Source source, ParseLimits limits) {
        if (source.bytes() / 4 > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        return of(source);
    }

    static byte[] of(Source source) {
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
    static TransientFailure unreadable(Exception cause) {
        checkCancelled();
        return new TransientFailure("source-unreadable", "The stored document could not be read.", cause);
    }

    static void checkCancelled() {
        if (Thread.interrupted()) {
            throw new CancellationException("The parser was interrupted.");
        }
    }

    static List<Warning> warnings(DecodedText decoded) {
        return decoded.replaced() == 0
                ? List.of()
                : List.of(new Warning(
                        "replaced-characters",
                        decoded.replaced() + " places were not valid "
                                + decoded.charset().name() + " and became U+FFFD."));
    }
}
