package io.mivaa.batch.pipeline.parse.pdf.flow;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfFurniture;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfHyphens;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfListItem;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPage;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraph;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfParagraphs;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPassage;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfCaption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Writes the lines of a document as headings, lists, tables and prose. Not thread-safe. */
public final class PdfFlow {

    private final MarkdownWriter writer;
    private final Set<String> hyphenated;
    private final List<PdfParagraph> items = new ArrayList<>();

    private PdfFlow(MarkdownWriter writer, Set<String> hyphenated) {
        this.writer = writer;
        this.hyphenated = hyphenated;
    }

    /** @throws io.mivaa.batch.pipeline.Rejected when there is more text than the writer allows */
    public static void write(List<PdfPage> pages, PdfOutline outline, MarkdownWriter writer) {
        List<PdfPage> body = PdfRepeatedHeadings.removed(PdfFurniture.removed(pages), outline);
        List<PdfPassage> passages = PdfParagraphs.of(body);
        PdfHeadings headings = PdfHeadings.of(PdfPassage.paragraphs(passages), outline);
        PdfFlow flow = new PdfFlow(writer, PdfHyphens.within(body));
        for (PdfEntry entry : PdfContinued.joined(PdfEntry.of(passages), body)) {
            if (entry instanceof PdfEntry.Prose prose) {
                flow.write(prose.paragraph(), headings.level(prose.paragraph()));
            } else if (entry instanceof PdfEntry.Tabular table) {
                flow.write(table);
            }
        }
        flow.endList();
    }

    private void write(PdfEntry.Tabular entry) {
        endList();
        Table table = entry.table();
        PdfParagraph caption = entry.caption();
        if (caption != null) {
            String title = table.caption() == null ? "" : ". " + table.caption();
            table = new Table(table.headers(), table.rows(), caption.onOneLine(hyphenated) + title);
        }
        writer.table(table, entry.pages());
    }

    private void write(PdfParagraph paragraph, int level) {
        if (level == 0 && (PdfListItem.starts(paragraph.first()) || isBelowItem(paragraph))) {
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

    private boolean isBelowItem(PdfParagraph paragraph) {
        return !items.isEmpty()
                && PdfListItem.startsBelow(
                        paragraph.first(), items.get(items.size() - 1).first());
    }

    private void endList() {
        if (items.size() == 1 && PdfListItem.isNumbered(items.get(0).first().text())) {
            // A single number is more often a note or a clause than a list.
            PdfParagraph only = items.get(0);
            writer.block(Block.Kind.PARAGRAPH, only.text(hyphenated), only.pages());
        } else if (!items.isEmpty()) {
            writeList();
        }
        items.clear();
    }

    private void writeList() {
        List<Integer> levels =
                PdfListLevels.of(items.stream().map(PdfParagraph::first).toList());
        List<String> list = new ArrayList<>();
        PageRange pages = items.get(0).pages();
        for (int i = 0; i < items.size(); i++) {
            PdfParagraph item = items.get(i);
            String indent = "  ".repeat(levels.get(i));
            String text = PdfListItem.markdown(item.text(hyphenated));
            list.add(indent + text.replace("\n", "\n" + indent + "  "));
            pages = pages.union(item.pages());
        }
        writer.block(Block.Kind.LIST, String.join("\n", list), pages);
    }
}
