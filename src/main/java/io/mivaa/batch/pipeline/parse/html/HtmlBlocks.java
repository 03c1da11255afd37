package io.mivaa.batch.pipeline.parse.html;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects the text of a page and writes it as headings, paragraphs, lists and figures. Not thread-safe. */
final class HtmlBlocks {

    private final MarkdownWriter writer;
    private final StringBuilder words = new StringBuilder();
    private final List<String> figures = new ArrayList<>();
    private final HtmlLists lists = new HtmlLists();
    private int headingLevel;

    HtmlBlocks(MarkdownWriter writer) {
        this.writer = writer;
    }

    void text(String text) {
        words.append(text);
    }

    void openCode() {
        words.append('`');
    }

    /** Code without text leaves no marks. */
    void closeCode() {
        int last = words.length() - 1;
        if (last >= 0 && words.charAt(last) == '`') {
            words.setLength(last);
        } else {
            words.append('`');
        }
    }

    /** @param start the first number of an ordered list, empty for 1 */
    void openList(boolean ordered, String start) {
        endParagraph();
        lists.open(ordered, start);
    }

    void closeList() {
        endParagraph();
        if (lists.close()) {
            endList();
        }
    }

    void openItem() {
        endParagraph();
        lists.item();
    }

    void closeItem() {
        endParagraph();
        lists.endItem();
    }

    /** @param level 1 to 6, or 0 when a heading has ended */
    void heading(int level) {
        endParagraph();
        headingLevel = level;
    }

    /** The figure follows the paragraph or the list that it is in. */
    void figure(String text) {
        if (!text.isEmpty()) {
            figures.add(text);
        }
    }

    void code(String text, String language) {
        endParagraph();
        if (lists.isOpen()) {
            endList();
        }
        writer.code(text, language, null);
    }

    void table(Table table) {
        endList();
        writer.table(table, null);
    }

    void endParagraph() {
        String text = HtmlText.lines(words);
        words.setLength(0);
        if (!text.isEmpty()) {
            write(text);
        }
        if (!lists.isOpen()) {
            endFigures();
        }
    }

    private void write(String text) {
        if (lists.isOpen()) {
            lists.text(text);
        } else if (headingLevel > 0) {
            writer.heading(headingLevel, text, null);
        } else {
            writer.block(Block.Kind.PARAGRAPH, text, null);
        }
    }

    /** Writes the list so far, which stays open when it is not complete. */
    void endList() {
        @Nullable String list = lists.take();
        if (list != null) {
            writer.block(Block.Kind.LIST, list, null);
        }
        endFigures();
    }

    private void endFigures() {
        for (String figure : figures) {
            writer.block(Block.Kind.FIGURE, HtmlText.lines(figure), null);
        }
        figures.clear();
    }
}
