package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.util.List;
import java.util.Set;

/** Fills each chunk with as many words as fit, regardless of the structure. */
final class FixedChunker implements Chunker {

    private static final List<Cut> CUTS = List.of(Cut.WORDS, Cut.CHARACTERS);

    @Override
    public String name() {
        return "fixed";
    }

    @Override
    public List<Chunk> chunk(ParsedDocument document, ChunkingOptions options, TokenCounter tokens) {
        Plain plain = new Plain(document, options, tokens, kind -> CUTS);
        return plain.pack(List.of(plain.finest(plain.whole(), Set.of(Cut.CHARACTERS))));
    }
}
