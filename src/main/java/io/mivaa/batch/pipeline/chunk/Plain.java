package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Splits a document into chunks without context. Pages, headings and kind of a chunk are those of its blocks. Not
 * thread-safe: one per document.
 */
final class Plain {

    private final ParsedDocument document;
    private final ChunkingOptions options;
    private final Budget budget;
    private final Contexts contexts;
    private final Splitter splitter;

    /** @param cutsOf the cuts for a kind of block, coarsest first, down to {@link Cut#CHARACTERS} */
    Plain(
            ParsedDocument document,
            ChunkingOptions options,
            TokenCounter tokens,
            Function<Block.Kind, List<Cut>> cutsOf) {
        this.document = Sections.complete(document);
        this.options = options;
        this.budget = new Budget(tokens, options.maxTokens());
        this.contexts = Contexts.none(document.text(), budget);
        this.splitter = new Splitter(document.text(), budget, contexts, cutsOf);
    }

    /** The whole text as one paragraph; empty when it is blank. */
    List<Piece> whole() {
        List<Span> spans = new ArrayList<>(1);
        Span.addTrimmed(spans, document.text(), 0, document.text().length());
        return spans.stream()
                .map(span -> piece(Block.of(Block.Kind.PARAGRAPH, span.start(), span.end(), null)))
                .toList();
    }

    List<Piece> blocks() {
        return document.blocks().stream().map(this::piece).toList();
    }

    private Piece piece(Block block) {
        return new Piece(block, List.of(), block.start(), block.end(), 0, budget.tokens(document.textOf(block)));
    }

    /** Splits pieces along every cut except the forbidden ones, even if they would fit. */
    List<Piece> finest(List<Piece> pieces, Set<Cut> forbidden) {
        return pieces.stream()
                .flatMap(piece -> splitter.finest(piece, forbidden).stream())
                .toList();
    }

    /** @param sections lists of pieces that may share a chunk, in reading order, none of them empty */
    List<Chunk> pack(List<List<Piece>> sections) {
        List<Chunk> chunks = new ArrayList<>();
        Assembly assembly = new Assembly(document.text(), Sections.all(document), budget, contexts);
        for (List<Piece> section : sections) {
            new Packer(budget, contexts, splitter, assembly, options, Integer.MAX_VALUE).pack(section, chunks);
        }
        return chunks;
    }
}
