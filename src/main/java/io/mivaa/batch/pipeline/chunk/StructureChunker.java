package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits along the document's structure. Sections never share a chunk, unless one is very short. A block stays whole if
 * it fits into a chunk; otherwise it is split at sentences, rows or lines, then words, then characters.
 *
 * <p>Several blocks share a chunk until it is three fifths full. The rest of the maximum is only used to keep a long
 * block whole: retrieval is more precise with short chunks, and better with whole paragraphs than with parts of them.
 * The idea is Unstructured's soft maximum ({@code new_after_n_chars}); measurements are in docs/performance.md.
 *
 * <p>The method is recursive splitting with a hierarchy of separators, applied to blocks instead of characters. Each
 * piece is counted once and lengths are added. Counts need not add up exactly, so each finished chunk is counted again
 * and shortened if necessary.
 */
final class StructureChunker implements Chunker {

    private static final double ENOUGH = 0.6;

    @Override
    public String name() {
        return "structure";
    }

    @Override
    public List<Chunk> chunk(ParsedDocument document, ChunkingOptions options, TokenCounter tokens) {
        ParsedDocument complete = Sections.complete(document);
        Budget budget = new Budget(tokens, options.maxTokens());
        Contexts contexts = Contexts.of(complete.text(), budget);
        Splitter splitter = new Splitter(complete.text(), budget, contexts, Cut::of);
        int enough = (int) (ENOUGH * options.maxTokens());
        List<Chunk> chunks = new ArrayList<>();
        for (List<Piece> section : Sections.merged(Sections.of(complete, budget), contexts, options.minTokens())) {
            Assembly assembly = new Assembly(complete.text(), section, budget, contexts);
            new Packer(budget, contexts, splitter, assembly, options, enough).pack(section, chunks);
        }
        return chunks;
    }
}
