package io.mivaa.batch.intake;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a JSON or NDJSON batch token by token; the content of a document goes into the spool as it comes, and is never
 * whole in memory.
 */
final class JsonRequest {

    private static final int MAX_DEPTH = 200;

    private final JsonMapper json;
    private final IntakeSettings settings;

    JsonRequest(IntakeSettings settings) {
        this.json = mapper(settings);
        this.settings = settings;
    }

    /** Strings may be as long as a document, because content is streamed; nesting is bounded. */
    private static JsonMapper mapper(IntakeSettings settings) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxStringLength(
                                        (int) settings.maxDocumentSize().toBytes())
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /** {@code {name?, options?, documents: [...]}}. */
    void readBatch(InputStream in, Submission submission) throws IOException {
        String pointer = "";
        try (JsonParser parser = parser(in)) {
            String name = null;
            boolean documents = false;
            expect(parser.nextToken(), JsonToken.START_OBJECT, "");
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String field = parser.currentName();
                pointer = "/" + field;
                parser.nextToken();
                switch (field) {
                    case "name" -> name = string(parser, pointer);
                    case "options" -> submission.options(options(parser));
                    case "documents" -> {
                        documents = true;
                        readDocuments(parser, submission);
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
        } catch (JacksonException e) {
            throw JsonProblems.of(e, pointer.startsWith("/options") ? pointer : "");
        }
    }

    /** One document a line; blank lines are passed over. */
    void readLines(InputStream in, Submission submission) throws IOException {
        try (JsonParser parser = parser(in)) {
            int number = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                expect(token, JsonToken.START_OBJECT, "/" + number);
                readDocument(parser, "/" + number, submission);
                number++;
            }
        } catch (JacksonException e) {
            throw JsonProblems.of(e, "");
        }
    }

    private void readDocuments(JsonParser parser, Submission submission) throws IOException {
        expect(parser.currentToken(), JsonToken.START_ARRAY, "/documents");
        int number = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String pointer = "/documents/" + number++;
            expect(parser.currentToken(), JsonToken.START_OBJECT, pointer);
            readDocument(parser, pointer, submission);
        }
    }

    /** The fields of one document as they come. */
    private static final class Fields {
        private @Nullable String externalId;
        private @Nullable String filename;
        private @Nullable String contentType;
        private @Nullable String metadata;
        private Spool.@Nullable Slice content;
        private @Nullable String mediaType;
    }

    private void readDocument(JsonParser parser, String pointer, Submission submission) throws IOException {
        Fields fields = new Fields();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            readField(parser, field, pointer, fields, submission);
        }
        if (fields.filename == null) {
            throw Problem.invalid(pointer + "/filename", "missing-field", "Every document has a filename.");
        }
        if (fields.content == null) {
            throw Problem.invalid(pointer, "missing-field", "A document has one of text, base64 and mivaa.");
        }
        submission.add(
                new Submission.Description(
                        Documents.externalId(fields.externalId, pointer),
                        FileNames.clean(fields.filename),
                        fields.contentType,
                        fields.metadata),
                fields.content,
                fields.mediaType);
    }

    private void readField(JsonParser parser, String field, String pointer, Fields fields, Submission submission)
            throws IOException {
        String at = pointer + "/" + field;
        switch (field) {
            case "externalId" -> fields.externalId = string(parser, at);
            case "filename" -> fields.filename = string(parser, at);
            case "contentType" -> fields.contentType = string(parser, at);
            case "metadata" -> fields.metadata = metadata(parser, pointer);
            case "text", "base64", "mivaa" -> {
                if (fields.content != null) {
                    throw Problem.invalid(at, "invalid-value", "A document has only one of text, base64 and mivaa.");
                }
                fields.content = content(parser, field, at, submission);
                fields.mediaType = field.equals("mivaa") ? "application/vnd.mivaa+json" : null;
            }
            default -> throw unknown(at);
        }
    }

    private Spool.Slice content(JsonParser parser, String kind, String pointer, Submission submission)
            throws IOException {
        Spool.Writer out = submission.spool().writer(submission.maxDocumentBytes());
        if (kind.equals("mivaa")) {
            expect(parser.currentToken(), JsonToken.START_OBJECT, pointer);
            try (JsonGenerator copy = json.createGenerator(new Unclosed(out))) {
                copy.copyCurrentStructure(parser);
            }
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
        } catch (JacksonException e) {
            throw Problem.invalid(pointer, "invalid-value", "This is not base64.");
        }
    }

    private @Nullable String metadata(JsonParser parser, String pointer) {
        return Documents.metadata(json.readTree(parser), pointer, settings, json);
    }

    private Options options(JsonParser parser) {
        try {
            Options options = json.readValue(parser, Options.class);
            return options == null ? Options.NONE : options;
        } catch (JacksonException e) {
            throw JsonProblems.of(e, "/options");
        }
    }

    private static @Nullable String string(JsonParser parser, String pointer) {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        expect(parser.currentToken(), JsonToken.VALUE_STRING, pointer);
        if (parser.getStringLength() > 4096) {
            throw Problem.invalid(pointer, "invalid-value", "This text is too long.");
        }
        return parser.getString();
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

    private static Problem unknown(String pointer) {
        return Problem.invalid(pointer, "unknown-field", "The field at '" + pointer + "' is not known.");
    }

    private JsonParser parser(InputStream in) {
        return json.createParser(in);
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
