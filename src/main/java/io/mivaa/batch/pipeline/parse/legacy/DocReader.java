package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.EdgeTable;
import io.mivaa.batch.pipeline.parse.office.ListNumbers;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.WordField;
import io.mivaa.batch.pipeline.parse.office.WordNames;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.poi.hpsf.SummaryInformation;
import org.apache.poi.hwpf.HWPFDocument;
import org.apache.poi.hwpf.model.StyleDescription;
import org.apache.poi.hwpf.usermodel.CharacterRun;
import org.apache.poi.hwpf.usermodel.HWPFList;
import org.apache.poi.hwpf.usermodel.Notes;
import org.apache.poi.hwpf.usermodel.Paragraph;
import org.apache.poi.hwpf.usermodel.Range;
import org.apache.poi.hwpf.usermodel.Table;
import org.apache.poi.hwpf.usermodel.TableCell;
import org.apache.poi.hwpf.usermodel.TableRow;
import org.jspecify.annotations.Nullable;

/** Reads a document of Word 97 to 2003 by POI's model of it, as {@code DocxReader} does later ones. */
final class DocReader {

    /** Styles 1 to 9 are the headings, whatever the language of Word calls them ([MS-DOC] 2.4.6.5). */
    private static final int HEADINGS = 9;

    private final HWPFDocument document;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget cells;
    private final ListNumbers numbers = new ListNumbers();
    private final WordField fields = new WordField();
    private final List<Range> notes = new ArrayList<>();

    DocReader(HWPFDocument document, ParseLimits limits, ContainerSettings settings) {
        this.document = document;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.cells = new Grid.Budget(settings.maxCells());
    }

    ParsedDocument read() {
        blocks(document.getRange());
        Range boxes = document.getMainTextboxRange();
        if (boxes != null) {
            blocks(boxes);
        }
        for (int i = 0; i < notes.size(); i++) {
            flow.paragraph("[" + (i + 1) + "] " + lines(notes.get(i)).strip());
        }
        flow.end();
        return writer.finish(metadata(document.getSummaryInformation()), null, List.of());
    }

    private void blocks(Range range) {
        for (int i = 0; i < range.numParagraphs(); i++) {
            SourceBytes.checkCancelled();
            Paragraph paragraph = range.getParagraph(i);
            Table table = paragraph.isInTable() ? range.getTable(paragraph) : null;
            if (table != null && table.numRows() > 0) {
                table(table);
                i += Math.max(0, table.numParagraphs() - 1);
            } else {
                paragraph(paragraph);
            }
        }
    }

    private void paragraph(Paragraph paragraph) {
        List<String> figures = new ArrayList<>();
        String text = text(paragraph, figures);
        String style = style(paragraph);
        if (!text.isBlank() && !WordNames.isContents(style)) {
            String marker = marker(paragraph);
            int level = headingLevel(paragraph, style);
            if (level != 0) {
                flow.heading(level, marker == null || marker.equals("-") ? text : marker + " " + text);
            } else if (marker != null) {
                flow.item(paragraph.getIlvl(), marker, text);
            } else if (WordNames.isCaption(style)) {
                flow.caption(text);
            } else if (WordNames.isCode(style)) {
                flow.code(text);
            } else {
                flow.paragraph(text);
            }
        }
        figures.forEach(flow::figure);
    }

    private String style(Paragraph paragraph) {
        StyleDescription style = document.getStyleSheet().getStyleDescription(paragraph.getStyleIndex());
        return style == null || style.getName() == null ? "" : style.getName();
    }

    private static int headingLevel(Paragraph paragraph, String style) {
        int index = paragraph.getStyleIndex();
        if (index >= 1 && index <= HEADINGS) {
            return index;
        }
        int outline = paragraph.getLvl();
        return outline >= 0 && outline < HEADINGS ? outline + 1 : WordNames.headingLevel(style);
    }

    /** @return null when it is no item of a list */
    private @Nullable String marker(Paragraph paragraph) {
        HWPFList list = paragraph.isInList() ? paragraph.getList() : null;
        if (list == null) {
            return null;
        }
        String definition = String.valueOf(list.getLsid());
        if (!numbers.knows(definition)) {
            for (char level = 0; level < Math.min(list.getListData().numLevels(), ListNumbers.LEVELS); level++) {
                String format = WordNames.numberFormat(list.getNumberFormat(level));
                String text = placeholders(list.getNumberText(level));
                numbers.define(definition, level, format, text, list.getStartAt(level));
            }
        }
        return numbers.next(definition, paragraph.getIlvl());
    }

    /** Characters 0 to 8 stand for the number of that level. */
    private static String placeholders(@Nullable String text) {
        StringBuilder placeholders = new StringBuilder();
        for (int i = 0; text != null && i < text.length(); i++) {
            char c = text.charAt(i);
            placeholders.append(c < ListNumbers.LEVELS ? "%" + (c + 1) : String.valueOf(c));
        }
        return placeholders.toString();
    }

    private void table(Table table) {
        EdgeTable rows = new EdgeTable();
        for (int i = 0; i < table.numRows(); i++) {
            TableRow row = table.getRow(i);
            List<EdgeTable.Cell> line = new ArrayList<>();
            for (int j = 0; j < row.numCells(); j++) {
                TableCell cell = row.getCell(j);
                int right = cell.getLeftEdge() + cell.getWidth();
                if (cell.isMerged() && !cell.isFirstMerged() && !line.isEmpty()) {
                    EdgeTable.Cell first = line.remove(line.size() - 1);
                    line.add(new EdgeTable.Cell(first.text(), right, first.continued()));
                } else {
                    boolean continued = cell.isVerticallyMerged() && !cell.isFirstVerticallyMerged();
                    line.add(new EdgeTable.Cell(lines(cell), right, continued));
                }
            }
            rows.row(row.isTableHeader(), line);
        }
        flow.table(rows.grid(cells));
    }

    /** The paragraphs of a cell or note, items of lists with their markers. */
    private String lines(Range range) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < range.numParagraphs(); i++) {
            Paragraph paragraph = range.getParagraph(i);
            String text = text(paragraph, new ArrayList<>());
            if (!text.isBlank()) {
                String marker = marker(paragraph);
                lines.append(marker == null ? "" : marker + " ").append(text).append('\n');
            }
        }
        return lines.toString();
    }

    /** @param figures gets an entry for each picture */
    private String text(Paragraph paragraph, List<String> figures) {
        StringBuilder text = new StringBuilder();
        fields.nextParagraph();
        for (int i = 0; i < paragraph.numCharacterRuns(); i++) {
            CharacterRun run = paragraph.getCharacterRun(i);
            boolean hidden = run.isVanished() || run.isMarkedDeleted();
            String characters = run.isSymbol() ? String.valueOf(run.getSymbolCharacter()) : run.text();
            for (int at = 0; at < characters.length(); at++) {
                append(text, characters.charAt(at), hidden, run.getStartOffset() + at, figures);
            }
        }
        return text.toString();
    }

    /** What the control characters of the text mean: [MS-DOC] 2.8.26 and 2.4.1. */
    private void append(StringBuilder text, char c, boolean hidden, int offset, List<String> figures) {
        switch (c) {
            case 0x13 -> fields.open(text.length());
            case 0x14 -> fields.result();
            case 0x15 -> fields.close(text);
            default -> {
                if (!fields.takes(c) && !hidden) {
                    switch (c) {
                        case 0x01, 0x08 -> figures.add("");
                        case 0x02 -> text.append(note(offset));
                        case 0x07 -> text.append(' ');
                        case 0x0B, 0x0C, 0x0E -> text.append('\n');
                        case 0x1E -> text.append('-');
                        default -> text.append(c);
                    }
                }
            }
        }
    }

    /** The mark of a note, which is written at the end; nothing when there is no note at that place. */
    private String note(int offset) {
        Range note = note(document.getFootnotes(), document.getFootnoteRange(), offset);
        if (note == null) {
            note = note(document.getEndnotes(), document.getEndnoteRange(), offset);
        }
        if (note == null) {
            return "";
        }
        notes.add(note);
        return "[" + notes.size() + "]";
    }

    private @Nullable Range note(@Nullable Notes all, @Nullable Range range, int offset) {
        int index = all == null || range == null ? -1 : all.getNoteIndexByAnchorPosition(offset);
        if (all == null || range == null || index < 0) {
            return null;
        }
        int start = range.getStartOffset();
        return new Range(start + all.getNoteTextStartOffset(index), start + all.getNoteTextEndOffset(index), document);
    }

    private static Metadata metadata(@Nullable SummaryInformation said) {
        if (said == null) {
            return Metadata.NONE;
        }
        Map<String, String> other = new HashMap<>();
        put(other, "subject", said.getSubject());
        put(other, "keywords", said.getKeywords());
        put(other, "description", said.getComments());
        put(other, "lastModifiedBy", said.getLastAuthor());
        return new Metadata(
                line(said.getTitle()),
                line(said.getAuthor()),
                null,
                instant(said.getCreateDateTime()),
                instant(said.getLastSaveDateTime()),
                other);
    }

    /** Zero, in 1601, is what stands there when it is not known. */
    @SuppressWarnings("JavaUtilDate") // POI has no other
    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null || date.getTime() < 0 ? null : date.toInstant();
    }

    private static void put(Map<String, String> other, String name, @Nullable String value) {
        String line = line(value);
        if (line != null) {
            other.put(name, line);
        }
    }

    private static @Nullable String line(@Nullable String value) {
        String line = value == null ? "" : CleanText.line(value);
        return line.isEmpty() ? null : line;
    }
}
