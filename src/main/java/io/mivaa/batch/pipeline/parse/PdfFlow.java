package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Block;
import io.mivaa.batch.pipeline.PageRange;
import io.mivaa.batch.pipeline.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes the paragraphs of a document as headings, lists and prose. */
final class PdfFlow {

    private static final float SAME_INDENT = 4;

    private final MarkdownWriter writer;
    private final Set<String> hyphenated;
    private final List<PdfParagraph> items = new ArrayList<>();

    private PdfFlow(MarkdownWriter writer, Set<String> hyphenated) {
        this.writer = writer;
        this.hyphenated = hyphenated;
    }

    static void write(List<PdfPage> pages, PdfOutline outline, MarkdownWriter writer) {
        List<PdfPage> body = PdfFurniture.removed(pages);
        List<PdfParagraph> paragraphs = PdfParagraphs.of(body);
        PdfHeadings headings = PdfHeadings.of(paragraphs, outline);
        PdfFlow flow = new PdfFlow(writer, PdfHyphens.within(body));
        for (int i = 0; i < paragraphs.size(); i++) {
            PdfParagraph paragraph = paragraphs.get(i);
            PdfParagraph next = i + 1 < paragraphs.size() ? paragraphs.get(i + 1) : null;
            if (next != null && isCaptionOf(paragraph, next)) {
                flow.table(next, paragraph);
                i++;
            } else if (next != null && isCaptionOf(next, paragraph) && !isCaptionOfLater(paragraphs, i + 1)) {
                flow.table(paragraph, next);
                i++;
            } else {
                flow.write(paragraph, headings.level(paragraph));
            }
        }
        flow.endList();
    }

    private static boolean isCaptionOf(PdfParagraph caption, PdfParagraph table) {
        return table.first().table() != null
                && caption.first().table() == null
                && table.first().page() == caption.last().page()
                && PdfCaption.isOfTable(caption.onOneLine(Set.of()));
    }

    private static boolean isCaptionOfLater(List<PdfParagraph> paragraphs, int caption) {
        return caption + 1 < paragraphs.size() && isCaptionOf(paragraphs.get(caption), paragraphs.get(caption + 1));
    }

    private void table(PdfParagraph paragraph, @Nullable PdfParagraph caption) {
        endList();
        Table table = Objects.requireNonNull(paragraph.first().table());
        if (caption != null) {
            String title = table.caption() == null ? "" : ". " + table.caption();
            table = new Table(table.headers(), table.rows(), caption.onOneLine(hyphenated) + title);
        }
        writer.table(table, paragraph.pages());
    }

    private void write(PdfParagraph paragraph, int level) {
        if (paragraph.first().table() != null) {
            table(paragraph, null);
            return;
        }
        if (level == 0 && PdfListItem.starts(paragraph.first())) {
            items.add(paragraph);
            return;
        }
        endList();
        if (level > 0) {
            writer.heading(level, paragraph.onOneLine(hyphenated), paragraph.pages());
        } else {
            String text = paragraph.text(hyphenated);
            Block.Kind kind = PdfCaption.isOfFigure(text) ? Block.Kind.FIGURE : Block.Kind.PARAGRAPH;
            writer.block(kind, text, paragraph.pages());
        }
    }

    private void endList() {
        if (items.isEmpty()) {
            return;
        }
        if (items.size() == 1 && PdfListItem.isNumbered(items.get(0).first().text())) {
            // a single number is more often a note or a clause than a list
            PdfParagraph only = items.remove(0);
            writer.block(Block.Kind.PARAGRAPH, only.text(hyphenated), only.pages());
            return;
        }
        List<Float> indents = indents();
        StringBuilder list = new StringBuilder();
        PageRange pages = items.get(0).pages();
        for (PdfParagraph item : items) {
            String indent = "  ".repeat(depth(item, indents));
            String text = PdfListItem.markdown(item.text(hyphenated)).replace("\n", "\n" + indent + "  ");
            list.append(list.isEmpty() ? "" : "\n").append(indent).append(text);
            pages = pages.union(item.pages());
        }
        writer.block(Block.Kind.LIST, list.toString(), pages);
        items.clear();
    }

    /** Where items begin, from the left; a list over two columns or pages begins anew in each. */
    private List<Float> indents() {
        List<Float> indents = new ArrayList<>();
        items.stream().map(item -> item.first().x0()).sorted().forEach(x -> {
            if (indents.isEmpty() || x - indents.get(indents.size() - 1) > SAME_INDENT) {
                indents.add(x);
            }
        });
        return indents;
    }

    private static int depth(PdfParagraph item, List<Float> indents) {
        int depth = 0;
        while (depth + 1 < indents.size() && item.first().x0() >= indents.get(depth + 1)) {
            depth++;
        }
        return Math.min(depth, 5);
    }
}
