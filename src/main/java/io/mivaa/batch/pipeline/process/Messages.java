package io.mivaa.batch.pipeline.process;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.FromStringDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The contents of the frames, as JSON. */
final class Messages {

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(Frame.MAX_LENGTH)
                            .maxNameLength(Frame.MAX_LENGTH)
                            .build())
                    .build())
            .addModule(new SimpleModule()
                    .addSerializer(DataSize.class, new ToStringSerializer(DataSize.class))
                    .addDeserializer(DataSize.class, new Sizes()))
            .build();

    private Messages() {}

    /**
     * What a process needs to know before its first document.
     *
     * @param idleMillis after which it ends if nothing is asked of it
     */
    record Setup(ParseSettings parse, OcrSettings ocr, ContainerSettings container, long idleMillis) {}

    /** A document to be parsed. */
    record Request(Source source, ParseLimits limits) {}

    /** Why a document was not parsed. */
    record Problem(@Nullable String code, @Nullable String message) {}

    static Frame setup(Setup setup) {
        return new Frame(Frame.Type.SETUP, JSON.writeValueAsBytes(setup));
    }

    static Setup setup(Frame frame) {
        return JSON.readValue(frame.content(), Setup.class);
    }

    static Frame request(Source source, ParseLimits limits) {
        return new Frame(Frame.Type.REQUEST, JSON.writeValueAsBytes(new Request(source, limits)));
    }

    static Request request(Frame frame) {
        return JSON.readValue(frame.content(), Request.class);
    }

    static Frame document(ParsedDocument document) {
        return new Frame(Frame.Type.DOCUMENT, JSON.writeValueAsBytes(document));
    }

    static ParsedDocument document(Frame frame) {
        return JSON.readValue(frame.content(), ParsedDocument.class);
    }

    static Frame problem(Frame.Type type, @Nullable String code, @Nullable String message) {
        return new Frame(type, JSON.writeValueAsBytes(new Problem(code, message)));
    }

    static Problem problem(Frame frame) {
        return JSON.readValue(frame.content(), Problem.class);
    }

    private static final class Sizes extends FromStringDeserializer<DataSize> {

        Sizes() {
            super(DataSize.class);
        }

        @Override
        protected DataSize _deserialize(String value, DeserializationContext context) {
            return DataSize.parse(value);
        }
    }
}
