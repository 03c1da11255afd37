package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.util.List;
import java.util.Set;

/** Fills each chunk with as many whole sentences as fit, across headings and paragraphs. Rows count as sentences. */
final class SentenceChunker implements Chunker {

    private static final Set<Cut> BELOW_SENTENCES = Set.of(Cut.STOPS, Cut.CLAUSES, Cut.WORDS, Cut.CHARACTERS);

    @Override
    public String name() {
        return "sentence";
    }

    @Override
    public List<Chunk> chunk(ParsedDocument document, ChunkingOptions options, TokenCounter tokens) {
        Plain plain = new Plain(document, options, tokens, SentenceChunker::cuts);
        return plain.pack(List.of(plain.finest(plain.blocks(), BELOW_SENTENCES)));
    }

    private static List<Cut> cuts(Block.Kind kind) {
        return switch (kind) {
            case TABLE, CODE -> List.of(Cut.LINES, Cut.WORDS, Cut.CHARACTERS);
            case LIST -> List.of(Cut.ITEMS, Cut.SENTENCES, Cut.STOPS, Cut.CLAUSES, Cut.WORDS, Cut.CHARACTERS);
            case HEADING, PARAGRAPH, FIGURE ->
                List.of(Cut.PARAGRAPHS, Cut.SENTENCES, Cut.STOPS, Cut.CLAUSES, Cut.WORDS, Cut.CHARACTERS);
        };
    }
}
