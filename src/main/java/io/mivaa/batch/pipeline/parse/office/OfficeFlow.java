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
 * Writes what Office documents are made of, in reading order: gathers items to lists, and gives captions to the table
 * below or the picture above them. Not thread-safe.
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

    /** What follows stands on this slide, 1-based. */
    public void page(int number) {
        end();
        page = new PageRange(number, number);
    }

    public void heading(int level, String text) {
        end();
        writer.heading(Math.max(1, Math.min(level, 6)), text, page);
    }

    public void paragraph(String text) {
        String lines = HtmlText.lines(text);
        if (!lines.isEmpty()) {
            end();
            writer.block(Block.Kind.PARAGRAPH, lines, page);
        }
    }

    public void code(String text) {
        end();
        writer.code(text, page);
    }

    /**
     * @param level 0-based
     * @param marker {@code -} or a number with a dot; another one is kept in the text
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

    /** Of the picture before it, else of the table after it. */
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

    /** @param description what is said of the picture, may be empty: then only a caption makes it worth a mention */
    public void figure(String description) {
        endList();
        endCaption();
        figures.add(CleanText.line(description));
    }

    public void table(Grid grid) {
        Table table = grid.table(caption);
        if (table == null) {
            paragraph(grid.text());
            return;
        }
        caption = null;
        table(table);
    }

    public void table(Table table) {
        end();
        writer.table(table, page);
    }

    /** Writes what is still held back. */
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
