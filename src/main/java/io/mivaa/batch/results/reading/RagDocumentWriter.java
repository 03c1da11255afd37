package io.mivaa.batch.results.reading;

import io.mivaa.batch.results.reading.StoredResults.Head;
import io.mivaa.batch.results.reading.StoredResults.StoredChunk;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** Streams a RagDocument as JSON, with only a portion of its chunks in memory at a time. Thread-safe. */
@Component
class RagDocumentWriter {

    private final StoredResults results;
    private final ObjectWriter json;

    RagDocumentWriter(StoredResults results, JsonMapper json) {
        this.results = results;
        this.json = json.writer()
                .without(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .without(StreamWriteFeature.FLUSH_PASSED_TO_STREAM);
    }

    /**
     * Writes one document and leaves the stream open.
     *
     * @param embeddings whether to write the vectors of the chunks
     * @throws IllegalStateException when the result is deleted while it is read; the output is then incomplete
     * @throws tools.jackson.core.exc.JacksonIOException when the stream cannot be written
     */
    void write(Head head, boolean embeddings, OutputStream out) {
        // Not closed when writing fails: closing adds the missing brackets, so that a truncated document looks
        // complete.
        @SuppressWarnings("resource")
        JsonGenerator json = this.json.createGenerator(out);
        json.writeStartObject();
        writeIdentity(head, json);
        writeSource(head, json);
        writeContent(head, json);
        json.writeArrayPropertyStart("chunks");
        writeChunks(head.resultId(), head.chunks(), embeddings, json);
        json.writeEndArray();
        json.writePOJOProperty("embedding", head.model());
        writeRaw(json, "quality", head.quality());
        json.writeBooleanProperty("reused", head.reused());
        json.writeStringProperty("createdAt", head.createdAt().toString());
        json.writeEndObject();
        json.close();
    }

    private static void writeIdentity(Head head, JsonGenerator json) {
        json.writeStringProperty("id", head.documentId().toString());
        json.writeStringProperty("jobId", head.jobId().toString());
        json.writeStringProperty("batchId", head.batchId().toString());
        json.writeStringProperty("externalId", head.externalId());
        json.writeStringProperty("title", head.title());
    }

    private static void writeContent(Head head, JsonGenerator json) {
        json.writeStringProperty("language", head.language());
        json.writeStringProperty("text", head.text());
        json.writeName("structure");
        json.writeStartObject();
        writeRaw(json, "headings", head.headings());
        json.writeEndObject();
        writeRaw(json, "tables", head.tables());
        writeRaw(json, "figures", head.figures());
    }

    private static void writeSource(Head head, JsonGenerator json) {
        json.writeName("source");
        json.writeStartObject();
        json.writeStringProperty("filename", head.filename());
        json.writeStringProperty("contentType", head.contentType());
        json.writeStringProperty("sha256", head.sha256());
        json.writeNumberProperty("bytes", head.bytes());
        json.writePOJOProperty("pages", head.pages());
        json.writeEndObject();
    }

    private void writeChunks(UUID result, int expected, boolean embeddings, JsonGenerator json) {
        int written = 0;
        List<StoredChunk> chunks = results.chunks(result, -1, embeddings);
        while (!chunks.isEmpty()) {
            chunks.forEach(chunk -> write(chunk, json));
            written += chunks.size();
            chunks = results.chunks(result, chunks.get(chunks.size() - 1).index(), embeddings);
        }
        if (written != expected) {
            throw new IllegalStateException("result " + result + " was deleted while it was read: " + written + " of "
                    + expected + " chunks written");
        }
    }

    private static void write(StoredChunk chunk, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("id", chunk.id().toString());
        json.writeNumberProperty("index", chunk.index());
        json.writeStringProperty("text", chunk.text());
        json.writeNumberProperty("start", chunk.start());
        json.writeNumberProperty("end", chunk.end());
        json.writePOJOProperty("pages", chunk.pages());
        json.writePOJOProperty("headings", chunk.headings());
        json.writeStringProperty("kind", chunk.kind());
        json.writeNumberProperty("tokens", chunk.tokens());
        json.writeStringProperty("sha256", chunk.sha256());
        writeEmbedding(chunk.embedding(), json);
        json.writeEndObject();
    }

    private static void writeEmbedding(@Nullable FloatBuffer embedding, JsonGenerator json) {
        if (embedding == null) {
            return;
        }
        json.writeArrayPropertyStart("embedding");
        while (embedding.hasRemaining()) {
            json.writeNumber(embedding.get());
        }
        json.writeEndArray();
    }

    private static void writeRaw(JsonGenerator json, String name, String value) {
        json.writeName(name);
        json.writeRawValue(value);
    }
}
