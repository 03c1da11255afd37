package io.mivaa.batch.pipeline.parse.office;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.html.HtmlText;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the content of an Office document in reading order. Gathers list items into lists, and assigns a caption to the
 * picture before it or the table after it. Not thread-safe.
 */
public final class OfficeFlow {

    private static final int DEEPEST = 9;

    private final MarkdownWriter writer;
    private final StringBuilder list = new StringBuilder();
    private final List<String> figures = new ArrayList<>();
    private @Nullable String caption;
    private @Nullable PageRange page;

    public OfficeFlow(MarkdownWriter writer) {
        this.writer = writer;
    }

    /** Begins a page or slide, 1-based. */
    public void page(int number) {
        end();
        page = new PageRange(number, number);
    }

    /** Writes a heading; levels beyond 1 to 6 become the nearest of these. */
    public void heading(int level, String text) {
        end();
        writer.heading(Math.max(1, Math.min(level, 6)), text, page);
    }

    /** Writes a paragraph, unless it is blank. */
    public void paragraph(String text) {
        String lines = HtmlText.lines(text);
        if (!lines.isEmpty()) {
            end();
            writer.block(Block.Kind.PARAGRAPH, lines, page);
        }
    }

    /** Writes a block of code. */
    public void code(String text) {
        end();
        writer.code(text, page);
    }

    /**
     * Adds an item to the open list, or opens a list.
     *
     * @param level 0-based
     * @param marker {@code -} or a number with a dot; another marker becomes part of the text
     */
    public void item(int level, String marker, String text) {
        String lines = HtmlText.lines(text);
        if (lines.isEmpty()) {
            return;
        }
        if (list.isEmpty()) {
            end();
        }
        boolean markdown = marker.isEmpty() || marker.matches("-|\\d{1,9}[.)]");
        String start = marker.isEmpty() ? "- " : markdown ? marker + " " : "- " + marker + " ";
        String indent = "  ".repeat(Math.max(0, Math.min(level, DEEPEST)));
        list.append(list.isEmpty() ? "" : "\n").append(indent).append(start);
        list.append(lines.replace("\n", "\n" + indent + " ".repeat(start.length())));
    }

    /** Takes a caption of the picture before it, or else of the table after it. */
    public void caption(String text) {
        String line = CleanText.line(text);
        if (line.isEmpty()) {
            return;
        }
        endList();
        if (figures.isEmpty()) {
            endCaption();
            caption = line;
        } else {
            int last = figures.size() - 1;
            String alternative = figures.get(last);
            figures.set(last, alternative.isEmpty() ? line : alternative + "\n" + line);
            endFigures();
        }
    }

    /** @param description of the picture; if it is empty, the picture is mentioned only when it has a caption */
    public void figure(String description) {
        endList();
        endCaption();
        figures.add(CleanText.line(description));
    }

    /** Writes a table with the caption before it; a grid that is not a table becomes a paragraph. */
    public void table(Grid grid) {
        Table table = grid.table(caption);
        if (table == null) {
            paragraph(grid.text());
            return;
        }
        caption = null;
        table(table);
    }

    /** Writes a table. */
    public void table(Table table) {
        end();
        writer.table(table, page);
    }

    /** Writes what has been gathered: an open list, pictures, and a caption. */
    public void end() {
        endList();
        endFigures();
        endCaption();
    }

    private void endList() {
        if (!list.isEmpty()) {
            String items = list.toString();
            list.setLength(0);
            writer.block(Block.Kind.LIST, items, page);
        }
    }

    private void endFigures() {
        for (String figure : figures) {
            writer.block(Block.Kind.FIGURE, figure, page);
        }
        figures.clear();
    }

    private void endCaption() {
        if (caption != null) {
            String text = caption;
            caption = null;
            writer.block(Block.Kind.PARAGRAPH, text, page);
        }
    }
}
