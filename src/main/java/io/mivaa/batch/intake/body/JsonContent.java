package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.document.Spool;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;

/** The kinds of content that a document of a JSON request can have. Each streams its field into the spool. */
enum JsonContent {
    TEXT,
    BASE64,
    MIVAA,
    DOCLING,
    UNSTRUCTURED;

    /** As in a sentence. */
    static final String NAMES = "text, base64, mivaa, docling and unstructured";

    static Optional<JsonContent> named(String field) {
        return Arrays.stream(values())
                .filter(kind -> kind.field().equals(field))
                .findAny();
    }

    private String field() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null when the type of the content must be detected. */
    @Nullable
    String mediaType() {
        return isJson() ? "application/vnd." + field() + "+json" : null;
    }

    private boolean isJson() {
        return this == MIVAA || this == DOCLING || this == UNSTRUCTURED;
    }

    /**
     * Copies the value at the current token into the spool.
     *
     * @throws Problem 400 when the value is of the wrong kind, 413 when it is far too large
     */
    Spool.Slice read(BoundedJson json, Submission submission, String pointer) throws IOException {
        Spool.Writer out = submission.spool().writer(submission.maxDocumentBytes());
        if (isJson()) {
            json.expect(this == UNSTRUCTURED ? JsonToken.START_ARRAY : JsonToken.START_OBJECT, pointer);
            copy(json, out, submission.maxDocumentBytes(), pointer);
        } else {
            json.expect(JsonToken.VALUE_STRING, pointer);
            if (this == TEXT) {
                copyText(json, out);
            } else {
                decode(json, out, pointer);
            }
        }
        return out.finish();
    }

    private static void copyText(BoundedJson json, Spool.Writer out) throws IOException {
        try (Writer text = new OutputStreamWriter(new Unclosed(out), StandardCharsets.UTF_8)) {
            json.parser().readString(text);
        }
    }

    private static void decode(BoundedJson json, Spool.Writer out, String pointer) {
        try {
            json.parser().readBinaryValue(out);
        } catch (JacksonIOException e) {
            throw e;
        } catch (JacksonException e) {
            throw Problem.invalid(pointer, "invalid-value", "This is not valid base64.");
        }
    }

    private static void copy(BoundedJson json, Spool.Writer out, long maxDocumentBytes, String pointer) {
        Spool.Writer unused = json.within(2 * maxDocumentBytes, () -> tooLarge(maxDocumentBytes, pointer), () -> {
            try (JsonGenerator copy = BoundedJson.MAPPER.createGenerator(new Unclosed(out))) {
                copy.copyCurrentStructure(json.parser());
            }
            return out;
        });
    }

    /** A document that is only somewhat too large becomes a dead letter. Here reading on would cost too much. */
    private static Problem tooLarge(long maxDocumentBytes, String pointer) {
        String detail =
                "A document must have at most " + maxDocumentBytes + " bytes; this one has more than twice as many.";
        return Problem.of(
                HttpStatus.CONTENT_TOO_LARGE,
                "document-too-large",
                detail,
                List.of(new Problem.Invalid(pointer, "document-too-large", detail)));
    }

    /** Lets the writers above it be closed while the spool stays open. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
