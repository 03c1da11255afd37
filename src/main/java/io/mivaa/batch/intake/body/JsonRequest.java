package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.http.StrictJson;
import io.mivaa.batch.intake.document.DocumentDescription;
import io.mivaa.batch.intake.document.DocumentFields;
import io.mivaa.batch.intake.document.FileNames;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.intake.options.Options;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads one JSON or NDJSON batch token by token; the content of a document goes into the spool as it comes, and is
 * never whole in memory. Used by one thread.
 */
final class JsonRequest {

    private static final int MAX_DEPTH = 200;
    private static final int MAX_OPTIONS = 1 << 20;

    /** Content that is JSON itself. */
    private static final Set<String> JSON_CONTENT = Set.of("mivaa", "docling", "unstructured");

    private static final JsonMapper json = mapper();

    private final IntakeSettings settings;
    private final Allowance in;
    private final Submission submission;

    JsonRequest(IntakeSettings settings, InputStream in, Submission submission) {
        this.settings = settings;
        this.in = new Allowance(in);
        this.submission = submission;
    }

    /** Strings may be of any length, because content is streamed and the rest has an {@link Allowance}. */
    private static JsonMapper mapper() {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxStringLength(Integer.MAX_VALUE)
                .build();
        return StrictJson.apply(JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(constraints).build()))
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** {@code {name?, options?, documents: [...]}}. */
    void readBatch() throws IOException {
        try (JsonParser parser = json.createParser(in)) {
            String name = null;
            boolean documents = false;
            expect(parser.nextToken(), JsonToken.START_OBJECT, "");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                String pointer = JsonProblems.step(field);
                parser.nextToken();
                switch (field) {
                    case "name" -> name = string(parser, pointer);
                    case "options" -> submission.options(options(parser));
                    case "documents" -> {
                        documents = true;
                        readDocuments(parser);
                    }
                    default -> throw unknown(pointer);
                }
            }
            if (!documents) {
                throw Problem.invalid("/documents", "missing-field", "A batch has documents.");
            }
            if (parser.nextToken() != null) {
                throw Problem.of(HttpStatus.BAD_REQUEST, "malformed-request", "There is something after the batch.");
            }
            submission.options(submission.options().named(name));
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw JsonProblems.of(e, "");
        }
    }

    /** {@code {options?, documents: [one]}}, or the fields of the document beside {@code options?}. */
    void readOne() throws IOException {
        try (JsonParser parser = json.createParser(in)) {
            Fields fields = new Fields();
            boolean bare = false;
            expect(parser.nextToken(), JsonToken.START_OBJECT, "");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "options" -> submission.options(options(parser));
                    case "documents" -> readDocuments(parser);
                    default -> {
                        bare = true;
                        readField(parser, field, "", fields);
                    }
                }
            }
            if (bare) {
                add(fields, "");
            }
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw JsonProblems.of(e, "");
        }
    }

    /** One document a line; blank lines are passed over. */
    void readLines() throws IOException {
        int number = 0;
        try (JsonParser parser = json.createParser(in)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                expect(token, JsonToken.START_OBJECT, "/" + number);
                readDocument(parser, "/" + number);
                number++;
            }
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            Problem problem = JsonProblems.of(e, "/" + number);
            throw problem.at("/" + number);
        }
    }

    private void readDocuments(JsonParser parser) throws IOException {
        expect(parser.currentToken(), JsonToken.START_ARRAY, "/documents");
        int number = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String pointer = "/documents/" + number++;
            expect(parser.currentToken(), JsonToken.START_OBJECT, pointer);
            readDocument(parser, pointer);
        }
    }

    /** The fields of one document as they come. */
    private static final class Fields {
        private @Nullable String externalId;
        private @Nullable String filename;
        private @Nullable String contentType;
        private @Nullable String metadata;
        private @Nullable String password;
        private Spool.@Nullable Slice content;
        private @Nullable String mediaType;
    }

    private void readDocument(JsonParser parser, String pointer) throws IOException {
        Fields fields = new Fields();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            readField(parser, field, pointer, fields);
        }
        add(fields, pointer);
    }

    private void add(Fields fields, String pointer) throws IOException {
        if (fields.filename == null) {
            throw Problem.invalid(pointer + "/filename", "missing-field", "Every document has a filename.");
        }
        if (fields.content == null) {
            throw Problem.invalid(
                    pointer, "missing-field", "A document has one of text, base64, mivaa, docling and unstructured.");
        }
        submission.add(
                new DocumentDescription(
                        DocumentFields.externalId(fields.externalId, pointer),
                        FileNames.clean(fields.filename),
                        fields.contentType,
                        fields.metadata,
                        DocumentFields.password(fields.password, pointer, settings)),
                fields.content,
                fields.mediaType);
    }

    private void readField(JsonParser parser, String field, String pointer, Fields fields) throws IOException {
        String at = pointer + JsonProblems.step(field);
        switch (field) {
            case "externalId" -> fields.externalId = string(parser, at);
            case "filename" -> fields.filename = string(parser, at);
            case "contentType" -> fields.contentType = StorableText.check(string(parser, at), at);
            case "password" -> fields.password = string(parser, at);
            case "metadata" -> fields.metadata = metadata(parser, pointer);
            case "text", "base64", "mivaa", "docling", "unstructured" -> {
                if (fields.content != null) {
                    throw Problem.invalid(
                            at,
                            "invalid-value",
                            "A document has only one of text, base64, mivaa, docling and unstructured.");
                }
                fields.content = content(parser, field, at);
                fields.mediaType = JSON_CONTENT.contains(field) ? "application/vnd." + field + "+json" : null;
            }
            default -> throw unknown(at);
        }
    }

    private Spool.Slice content(JsonParser parser, String kind, String pointer) throws IOException {
        Spool.Writer out = submission.spool().writer(submission.maxDocumentBytes());
        if (JSON_CONTENT.contains(kind)) {
            boolean list = kind.equals("unstructured");
            expect(parser.currentToken(), list ? JsonToken.START_ARRAY : JsonToken.START_OBJECT, pointer);
            in.limit(2 * submission.maxDocumentBytes(), () -> tooLarge(pointer));
            try (JsonGenerator copy = json.createGenerator(new Unclosed(out))) {
                copy.copyCurrentStructure(parser);
            }
            in.lift();
            return out.finish();
        }
        expect(parser.currentToken(), JsonToken.VALUE_STRING, pointer);
        if (kind.equals("text")) {
            try (Writer text = new OutputStreamWriter(new Unclosed(out), StandardCharsets.UTF_8)) {
                parser.readString(text);
            }
        } else {
            decode(parser, out, pointer);
        }
        return out.finish();
    }

    private static void decode(JsonParser parser, Spool.Writer out, String pointer) {
        try {
            parser.readBinaryValue(out);
        } catch (JacksonIOException e) {
            throw e;
        } catch (JacksonException e) {
            throw Problem.invalid(pointer, "invalid-value", "This is not base64.");
        }
    }

    private @Nullable String metadata(JsonParser parser, String pointer) {
        in.limit(
                settings.maxMetadataSize().toBytes() * 6 + IntakeSettings.MAX_TEXT,
                () -> tooLong(pointer + "/metadata"));
        @Nullable JsonNode metadata = json.readTree(parser);
        in.lift();
        return DocumentFields.metadata(metadata, pointer, settings, json);
    }

    private Options options(JsonParser parser) {
        in.limit(MAX_OPTIONS, () -> tooLong("/options"));
        try {
            Options options = json.readValue(parser, Options.class);
            in.lift();
            return options == null ? Options.NONE : options;
        } catch (JacksonException e) {
            throw JsonProblems.of(e, "/options");
        }
    }

    private @Nullable String string(JsonParser parser, String pointer) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(parser.currentToken(), JsonToken.VALUE_STRING, pointer);
        in.limit(6 * IntakeSettings.MAX_TEXT, () -> tooLong(pointer));
        String text = parser.getString();
        in.lift();
        if (text.length() > IntakeSettings.MAX_TEXT) {
            throw tooLong(pointer);
        }
        return text;
    }

    private static void expect(@Nullable JsonToken token, JsonToken expected, String pointer) {
        if (token != expected) {
            String kind =
                    switch (expected) {
                        case START_OBJECT -> "a JSON object";
                        case START_ARRAY -> "a JSON array";
                        default -> "a string";
                    };
            throw Problem.invalid(pointer, "invalid-value", "There must be " + kind + " here.");
        }
    }

    private static Problem tooLong(String pointer) {
        return Problem.invalid(pointer, "invalid-value", "This is too long.");
    }

    /** Far beyond what becomes a dead job: here even reading on would cost too much. */
    private static Problem tooLarge(String pointer) {
        String detail = "This document is more than twice as large as documents may be.";
        return Problem.of(
                HttpStatus.CONTENT_TOO_LARGE,
                "document-too-large",
                detail,
                List.of(new Problem.Invalid(pointer, "document-too-large", detail)));
    }

    private static Problem unknown(String pointer) {
        return Problem.invalid(pointer, "unknown-field", "This field is not known.");
    }

    /** What writes to it may close it without ending the spool. */
    private static final class Unclosed extends java.io.FilterOutputStream {
        Unclosed(java.io.OutputStream out) {
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
