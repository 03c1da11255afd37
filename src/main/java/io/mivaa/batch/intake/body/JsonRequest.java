package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.intake.options.Options;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.JacksonIOException;

/**
 * Reads a JSON or NDJSON body token by token. The content of a document is streamed into the spool, so that it is never
 * in memory as a whole. Not thread-safe.
 */
final class JsonRequest {

    private static final int MAX_OPTIONS_BYTES = 1 << 20;

    private final IntakeSettings settings;
    private final InputStream in;
    private final Submission submission;

    JsonRequest(IntakeSettings settings, InputStream in, Submission submission) {
        this.settings = settings;
        this.in = in;
        this.submission = submission;
    }

    @FunctionalInterface
    private interface Reading {
        void read(BoundedJson json) throws IOException;
    }

    /** Reads <code>{name?, options?, documents: [...]}</code>. */
    void readBatch() throws IOException {
        read(this::readBatch);
    }

    /** Reads <code>{options?, documents: [one]}</code>, or the fields of the document beside {@code options?}. */
    void readOne() throws IOException {
        read(this::readOne);
    }

    /** Reads one document per line and skips blank lines. */
    void readLines() throws IOException {
        read(json -> {
            for (int number = 0; readLine(json, "/" + number); number++) {}
        });
    }

    private void read(Reading reading) throws IOException {
        try (BoundedJson json = new BoundedJson(in)) {
            reading.read(json);
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw JsonProblems.of(e, "");
        }
    }

    private void readBatch(BoundedJson json) throws IOException {
        String name = null;
        boolean documents = false;
        json.next();
        json.expect(JsonToken.START_OBJECT, "");
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "name" -> name = json.string("/name");
                case "options" -> submission.options(options(json));
                case "documents" -> {
                    documents = true;
                    readDocuments(json);
                }
                default -> throw JsonProblems.unknownField(JsonProblems.step(field));
            }
        }
        checkEnd(json, documents);
        submission.options(submission.options().named(name));
    }

    private static void checkEnd(BoundedJson json, boolean documents) {
        if (!documents) {
            throw Problem.invalid("/documents", "missing-field", "A batch must have the field documents.");
        }
        if (json.next() != null) {
            throw Problem.of(
                    HttpStatus.BAD_REQUEST,
                    "malformed-request",
                    "The body continues after the JSON object of the batch.");
        }
    }

    private void readOne(BoundedJson json) throws IOException {
        JsonDocument document = new JsonDocument(json, submission, settings, "");
        boolean bare = false;
        json.next();
        json.expect(JsonToken.START_OBJECT, "");
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            switch (field) {
                case "options" -> submission.options(options(json));
                case "documents" -> readDocuments(json);
                default -> {
                    bare = true;
                    document.readField(field);
                }
            }
        }
        if (bare) {
            document.submit();
        }
    }

    /** @return false at the end of the body */
    private boolean readLine(BoundedJson json, String pointer) throws IOException {
        try {
            if (json.next() == null) {
                return false;
            }
            readDocument(json, pointer);
            return true;
        } catch (JacksonIOException e) {
            throw e;
        } catch (JacksonException e) {
            throw JsonProblems.of(e, pointer).at(pointer);
        }
    }

    private void readDocuments(BoundedJson json) throws IOException {
        json.expect(JsonToken.START_ARRAY, "/documents");
        for (int number = 0; json.next() != JsonToken.END_ARRAY; number++) {
            readDocument(json, "/documents/" + number);
        }
    }

    private void readDocument(BoundedJson json, String pointer) throws IOException {
        json.expect(JsonToken.START_OBJECT, pointer);
        JsonDocument document = new JsonDocument(json, submission, settings, pointer);
        for (String field = json.nextField(); field != null; field = json.nextField()) {
            document.readField(field);
        }
        document.submit();
    }

    private static Options options(BoundedJson json) {
        try {
            Options options = json.within(
                    MAX_OPTIONS_BYTES,
                    () -> Problem.invalid("/options", "invalid-value", "The options must have at most 1 MiB."),
                    () -> BoundedJson.MAPPER.readValue(json.parser(), Options.class));
            return options == null ? Options.NONE : options;
        } catch (JacksonException e) {
            throw JsonProblems.of(e, "/options");
        }
    }
}
