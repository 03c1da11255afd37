package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one chunk per page. A page that is too long is split along its blocks. A block that continues on the next page
 * belongs to the page it starts on. A document without pages is one page.
 */
final class PageChunker implements Chunker {

    @Override
    public String name() {
        return "page";
    }

    @Override
    public List<Chunk> chunk(ParsedDocument document, ChunkingOptions options, TokenCounter tokens) {
        Plain plain = new Plain(document, options, tokens, Cut::of);
        List<List<Piece>> pages = new ArrayList<>();
        Integer page = null;
        for (Piece piece : plain.blocks()) {
            Integer starts = first(piece.block().pages());
            // A block without pages is text between two blocks of the parser.
            if (pages.isEmpty() || (starts != null && page != null && !starts.equals(page))) {
                pages.add(new ArrayList<>());
            }
            page = starts == null ? page : starts;
            pages.get(pages.size() - 1).add(piece);
        }
        return plain.pack(pages);
    }

    private static @Nullable Integer first(@Nullable PageRange pages) {
        return pages == null ? null : pages.first();
    }
}
