package io.mivaa.batch.pipeline;

import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.util.List;

/**
 * Splits a parsed document into chunks. Implementations are stateless, thread-safe and deterministic, terminate for
 * every input, and cover every character that is not white space with at least one chunk.
 */
public interface Chunker {

    /** The name for {@link ChunkingOptions#strategy()}. */
    String name();

    /** @return in reading order; empty only when the text is blank */
    List<Chunk> chunk(ParsedDocument document, ChunkingOptions options, TokenCounter tokens);
}
