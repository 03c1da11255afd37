package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.util.List;

/**
 * Splits at the coarsest of paragraphs, lines, sentences, clauses and words at which the parts fit, regardless of
 * headings and tables. This is known as recursive splitting.
 */
final class RecursiveChunker implements Chunker {

    private static final List<Cut> CUTS =
            List.of(Cut.PARAGRAPHS, Cut.LINES, Cut.SENTENCES, Cut.STOPS, Cut.CLAUSES, Cut.WORDS, Cut.CHARACTERS);

    @Override
    public String name() {
        return "recursive";
    }

    @Override
    public List<Chunk> chunk(ParsedDocument document, ChunkingOptions options, TokenCounter tokens) {
        Plain plain = new Plain(document, options, tokens, kind -> CUTS);
        return plain.pack(List.of(plain.whole()));
    }
}
