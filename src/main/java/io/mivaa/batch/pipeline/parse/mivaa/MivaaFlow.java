package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import io.mivaa.batch.pipeline.parse.text.MarkdownBlocks;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes an extraction result as one text: its Markdown unchanged, and the tables and images that the Markdown does not
 * contain. These follow at the end of their page, or of the document if it has no pages. Not thread-safe.
 */
final class MivaaFlow {

    private final MivaaResult result;
    private final ParseLimits limits;
    private final ParseProgress progress;
    private final MarkdownWriter writer;
    private final List<PagedTable> tables;
    private final List<PagedFigure> figures;

    MivaaFlow(MivaaResult result, ParseLimits limits, ParseProgress progress) {
        this.result = result;
        this.limits = limits;
        this.progress = progress;
        this.writer = new MarkdownWriter(limits);
        this.tables = new ArrayList<>(result.tables());
        this.figures = new ArrayList<>(result.figures());
    }

    ParsedDocument write() {
        Integer pages = result.pages();
        if (pages != null && pages > limits.maxPages()) {
            throw new Rejected(
                    "too-many-pages", "The document has more pages than the limit of " + limits.maxPages() + ".");
        }
        if (result.parts().stream().allMatch(part -> part.markdown().isBlank())) {
            throw new Rejected("no-text", "The extraction result has no text.");
        }
        List<Prepared> parts = result.parts().stream().map(this::prepared).toList();
        parts.forEach(this::write);
        appendTables(Integer.MAX_VALUE);
        appendFigures(Integer.MAX_VALUE);
        return writer.finish(result.metadata(), pages, result.warnings());
    }

    /** A prepared part. All parts are prepared before the first is written, because a result can name a wrong page. */
    private record Prepared(
            String text, List<Block> blocks, @Nullable PageRange pages) {}

    private Prepared prepared(MarkdownPart part) {
        SourceBytes.checkCancelled();
        if (part.markdown().length() > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        String text = CleanText.normalised(part.markdown());
        String known = normalised(text);
        figures.removeIf(figure -> known.contains(normalised(figure.text())));
        List<Block> blocks = MarkdownBlocks.of(text).blocks();
        return new Prepared(text, blocks.stream().map(this::withCaption).toList(), range(part.page()));
    }

    private void write(Prepared part) {
        writer.copy(part.text, part.blocks, part.pages);
        if (part.pages != null) {
            appendTables(part.pages.last());
            appendFigures(part.pages.last());
            progress.pagesRead(part.pages.last());
        }
    }

    /** @return null when the result does not have that page */
    private @Nullable PageRange range(@Nullable Integer page) {
        Integer pages = result.pages();
        return page == null || pages == null || page > pages ? null : new PageRange(page, page);
    }

    /** A separate table with the same cells is not written again, but the table in the text takes its caption. */
    private Block withCaption(Block block) {
        Table shown = block.table();
        if (shown == null) {
            return block;
        }
        Set<String> cells = cells(shown);
        PagedTable same = tables.stream()
                .filter(paged -> cells.containsAll(cells(paged.table())))
                .findFirst()
                .orElse(null);
        if (same == null) {
            return block;
        }
        tables.remove(same);
        Table captioned = new Table(shown.headers(), shown.rows(), same.table().caption());
        return Block.table(captioned, block.start(), block.end(), block.pages());
    }

    private static Set<String> cells(Table table) {
        return Stream.concat(table.headers().stream(), table.rows().stream().flatMap(List::stream))
                .map(MivaaFlow::normalised)
                .filter(cell -> !cell.isEmpty())
                .collect(Collectors.toCollection(HashSet::new));
    }

    private static String normalised(String text) {
        return CleanText.line(text.replaceAll("<br ?/?>|[*_`#\\\\]", " ")).toLowerCase(Locale.ROOT);
    }

    private void appendTables(int upTo) {
        for (PagedTable table : List.copyOf(tables)) {
            Integer page = table.page();
            if (upTo == Integer.MAX_VALUE || (page != null && page <= upTo)) {
                writer.table(table.table(), range(page));
                tables.remove(table);
            }
        }
    }

    private void appendFigures(int upTo) {
        for (PagedFigure figure : List.copyOf(figures)) {
            Integer page = figure.page();
            if (upTo == Integer.MAX_VALUE || (page != null && page <= upTo)) {
                writer.block(Block.Kind.FIGURE, figure.text(), range(page));
                figures.remove(figure);
            }
        }
    }
}
