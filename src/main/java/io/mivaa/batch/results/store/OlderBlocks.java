package io.mivaa.batch.results.store;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.RagDocument.Figure;
import io.mivaa.batch.pipeline.document.RagDocument.Heading;
import io.mivaa.batch.pipeline.document.RagDocument.PlacedTable;
import io.mivaa.batch.pipeline.document.Table;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a result that an earlier version stored without them. Headings and tables have stored places. The text
 * between them is split at blank lines into paragraphs; one that equals the caption of the next figure is that figure.
 * Lists and code become paragraphs. Pages are those of the chunks that overlap a block. One object for each result; not
 * thread-safe.
 */
final class OlderBlocks {

    private static final String BLANKS = " \t\n\u000B\f\r";

    private final String text;
    private final Deque<Figure> figures;
    private final List<ChunkPages> chunks;
    private final List<Block> blocks = new ArrayList<>();
    private int passed;

    /** The pages of a chunk, and its offsets in the text. */
    record ChunkPages(int start, int end, PageRange pages) {}

    /** @param chunks in reading order; empty when the source has no pages */
    OlderBlocks(String text, List<Figure> figures, List<ChunkPages> chunks) {
        this.text = text;
        this.figures = new ArrayDeque<>(figures);
        this.chunks = chunks;
    }

    List<Block> around(List<Heading> headings, List<PlacedTable> tables) {
        TreeMap<Integer, Block> placed = new TreeMap<>();
        headings.forEach(heading -> placed.put(heading.start(), block(heading)));
        tables.forEach(table -> placed.put(table.start(), block(table)));
        int last = 0;
        for (Block block : placed.values()) {
            addParagraphs(last, block.start());
            blocks.add(block);
            last = block.end();
        }
        addParagraphs(last, text.length());
        return blocks;
    }

    private Block block(Heading heading) {
        int end = text.indexOf('\n', heading.start());
        return Block.heading(heading.level(), heading.start(), end < 0 ? text.length() : end, pages(heading.page()));
    }

    private static Block block(PlacedTable table) {
        Table cells = new Table(table.headers(), table.rows(), table.caption());
        return Block.table(cells, table.start(), table.end(), pages(table.page()));
    }

    private static @Nullable PageRange pages(@Nullable Integer page) {
        return page == null ? null : new PageRange(page, page);
    }

    private void addParagraphs(int from, int to) {
        int start = afterBlanks(from, to);
        while (start < to) {
            int end = paragraphEnd(start, to);
            blocks.add(Block.of(kind(text.substring(start, end)), start, end, pages(start, end)));
            start = afterBlanks(end, to);
        }
    }

    /** Before the first blank line, or before the white space at the end. */
    private int paragraphEnd(int start, int to) {
        int at = start + 1;
        while (at < to) {
            int next = afterBlanks(at, to);
            int line = text.indexOf('\n', at);
            if (next == to) {
                return at;
            }
            if (line >= 0 && line < next && text.lastIndexOf('\n', next - 1) > line) {
                return line;
            }
            at = next + 1;
        }
        return to;
    }

    private int afterBlanks(int from, int to) {
        int at = from;
        while (at < to && BLANKS.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    private Block.Kind kind(String paragraph) {
        Figure next = figures.peek();
        if (next != null && paragraph.strip().equals(next.caption())) {
            figures.remove();
            return Block.Kind.FIGURE;
        }
        return Block.Kind.PARAGRAPH;
    }

    /** Paragraphs come in reading order, so no chunk that ends before one is needed again. */
    private @Nullable PageRange pages(int start, int end) {
        while (passed < chunks.size() && chunks.get(passed).end() <= start) {
            passed++;
        }
        PageRange pages = null;
        for (int i = passed; i < chunks.size() && chunks.get(i).start() < end; i++) {
            PageRange more = chunks.get(i).pages();
            pages = pages == null ? more : pages.union(more);
        }
        return pages;
    }
}
