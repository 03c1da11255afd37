package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.HiddenCells;
import io.mivaa.batch.pipeline.parse.office.Links;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.SheetCells;
import io.mivaa.batch.pipeline.parse.office.SheetTables;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the content of an OpenDocument file: text, the tables of sheets, or slides as pages. */
final class OdfReader {

    /** Repeated cells and rows beyond these are the empty rest of a sheet. */
    private static final int MOST_REPEATED = 1000;

    private static final String LEFT_OUT =
            "tracked-changes|annotation|annotation-end|table-of-content|alphabetical-index|forms|variable-decls"
                    + "|sequence-decls|user-field-decls|calculation-settings|content-validations|label-ranges"
                    + "|named-expressions|database-ranges|header|footer|date-time|page-number|event-listeners|ruby-text";

    private final ZipParts zip;
    private final ParseLimits limits;
    private final ParseProgress progress;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget cells;
    private final OdfStyles styles = new OdfStyles();
    private final Deque<ListLevel> lists = new ArrayDeque<>();
    private final List<String> notes = new ArrayList<>();
    private final HiddenCells hidden = new HiddenCells();
    private @Nullable Integer slides;

    /** A list that is open; {@code item} is the number of its current item, 0 before the first. */
    private static final class ListLevel {
        private final String style;
        private int item;
        private boolean marked = true;

        ListLevel(String style) {
            this.style = style;
        }
    }

    OdfReader(ZipParts zip, ParseLimits limits, ContainerSettings settings, ParseProgress progress) {
        this.zip = zip;
        this.limits = limits;
        this.progress = progress;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.cells = new Grid.Budget(settings.maxCells());
    }

    ParsedDocument read(Metadata metadata) throws IOException {
        InputStream common = zip.find("styles.xml");
        if (common != null) {
            try (XmlPart xml = new XmlPart(common)) {
                while (xml.next()) {
                    readStyle(xml);
                }
            }
        }
        try (XmlPart xml = new XmlPart(zip.open("content.xml"))) {
            while (xml.next()) {
                if (xml.starts("spreadsheet")) {
                    sheets(xml);
                } else if (xml.starts("text") || xml.starts("presentation") || xml.starts("drawing")) {
                    blocks(xml, xml.depth(), null);
                } else {
                    readStyle(xml);
                }
            }
        }
        for (int i = 0; i < notes.size(); i++) {
            flow.paragraph("[" + (i + 1) + "] " + notes.get(i));
        }
        flow.end();
        return slides == null ? hidden.finish(writer, metadata) : writer.finish(metadata, slides, List.of());
    }

    private void readStyle(XmlPart xml) throws IOException {
        if (xml.starts("style") || xml.starts("list-style")) {
            styles.read(xml);
        }
    }

    /** @param cell where the text goes when it is that of a cell, else null */
    private void blocks(XmlPart xml, int outer, @Nullable StringBuilder cell) throws IOException {
        while (xml.nextWithin(outer)) {
            if (xml.isStart()) {
                start(xml, cell);
            } else if (xml.ends("list") && cell == null && !lists.isEmpty()) {
                lists.pop();
            }
        }
    }

    private void start(XmlPart xml, @Nullable StringBuilder cell) throws IOException {
        String name = xml.name();
        switch (name) {
            case "h", "p" -> paragraph(xml, cell);
            case "page" -> page(xml);
            case "notes" -> notesOf(xml);
            case "list" -> {
                if (cell == null) {
                    String inherited = lists.isEmpty() ? "" : lists.peek().style;
                    lists.push(new ListLevel(xml.attribute("style-name", inherited)));
                }
            }
            case "list-item", "list-header" -> {
                if (cell == null && !lists.isEmpty()) {
                    lists.peek().item += name.equals("list-item") ? 1 : 0;
                    lists.peek().marked = false;
                }
            }
            case "table" -> table(xml, cell);
            case "desc" -> flow.figure(xml.textWithin());
            default -> {
                if (name.matches(LEFT_OUT)) {
                    xml.skip();
                }
            }
        }
    }

    private void page(XmlPart xml) throws IOException {
        int number = slides == null ? 1 : slides + 1;
        if (number > limits.maxPages()) {
            throw new Rejected(
                    "too-many-pages", "The document has more slides than the limit of " + limits.maxPages() + ".");
        }
        slides = number;
        flow.page(number);
        progress.pagesRead(number);
        SourceBytes.checkCancelled();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("frame") && xml.attribute("class", "").equals("title")) {
                StringBuilder title = new StringBuilder();
                blocks(xml, xml.depth(), title);
                flow.heading(1, title.toString());
            } else if (xml.starts("frame")
                    && xml.attribute("class", "").matches("header|footer|date-time|page-number")) {
                xml.skip();
            } else if (xml.isStart()) {
                start(xml, null);
            } else if (xml.ends("list") && !lists.isEmpty()) {
                lists.pop();
            } else if (xml.ends("frame")) {
                flow.end();
            }
        }
        flow.end();
    }

    private void notesOf(XmlPart xml) throws IOException {
        StringBuilder text = new StringBuilder();
        blocks(xml, xml.depth(), text);
        flow.paragraph(text.toString());
    }

    private void paragraph(XmlPart xml, @Nullable StringBuilder cell) throws IOException {
        boolean heading = xml.name().equals("h");
        int level = xml.number("outline-level", 1);
        String style = xml.attribute("style-name", "");
        List<String> boxes = new ArrayList<>();
        List<String> pictures = new ArrayList<>();
        String text = text(xml, boxes, pictures);
        if (cell != null) {
            cell.append(text).append('\n');
            boxes.forEach(box -> cell.append(box).append('\n'));
            return;
        }
        ListLevel list = lists.peek();
        if (heading) {
            flow.heading(level, text);
        } else if (styles.is(style, "Title")) {
            flow.heading(1, text);
        } else if (list != null) {
            item(list, text);
        } else if (styles.is(style, "Caption") || styles.is(style, "Illustration") || styles.is(style, "Figure")) {
            flow.caption(text);
        } else if (styles.is(style, "Preformatted_20_Text")) {
            flow.code(text);
        } else {
            flow.paragraph(text);
        }
        pictures.forEach(flow::figure);
        boxes.forEach(flow::paragraph);
    }

    /** Further paragraphs of an item have no marker of their own. */
    private void item(ListLevel list, String text) {
        boolean numbered = styles.isNumbered(list.style, lists.size());
        String marker = list.marked || text.isBlank() || !numbered ? "-" : list.item + ".";
        list.marked = list.marked || !text.isBlank();
        flow.item(lists.size() - 1, marker, text);
    }

    private String text(XmlPart xml, List<String> boxes, List<String> pictures) throws IOException {
        StringBuilder text = new StringBuilder();
        Deque<Integer> links = new ArrayDeque<>();
        Deque<String> addresses = new ArrayDeque<>();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.isText()) {
                text.append(xml.text().replace('\n', ' '));
            } else if (xml.ends("a") && !links.isEmpty()) {
                Links.mark(text, links.pop(), addresses.pop());
            } else if (xml.isStart()) {
                switch (xml.name()) {
                    case "s" -> text.append(' ');
                    case "tab" -> text.append('\t');
                    case "line-break" -> text.append('\n');
                    case "a" -> {
                        links.push(text.length());
                        addresses.push(xml.attribute("href", ""));
                    }
                    case "note" -> note(xml, text);
                    case "text-box" -> {
                        StringBuilder box = new StringBuilder();
                        blocks(xml, xml.depth(), box);
                        boxes.add(box.toString());
                    }
                    case "frame" -> pictures.add("");
                    case "desc" -> pictures.add(xml.textWithin());
                    case "title" -> xml.skip();
                    case "span" -> {
                        if (styles.isHidden(xml.attribute("style-name", ""))) {
                            xml.skip();
                        }
                    }
                    default -> {
                        if (xml.name().matches(LEFT_OUT)) {
                            xml.skip();
                        }
                    }
                }
            }
        }
        return text.toString();
    }

    private void note(XmlPart xml, StringBuilder text) throws IOException {
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("note-citation")) {
                xml.skip();
            } else if (xml.starts("note-body")) {
                StringBuilder note = new StringBuilder();
                blocks(xml, xml.depth(), note);
                notes.add(note.toString().strip());
                text.append('[').append(notes.size()).append(']');
            }
        }
    }

    private void table(XmlPart xml, @Nullable StringBuilder outerCell) throws IOException {
        Grid grid = new Grid(cells);
        boolean header = false;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("table-header-rows")) {
                header = true;
            } else if (xml.ends("table-header-rows")) {
                header = false;
            } else if (xml.starts("table-row")) {
                grid.row(header);
            } else if (xml.starts("table-cell")) {
                int repeated = Math.min(xml.number("number-columns-repeated", 1), MOST_REPEATED);
                int columns = xml.number("number-columns-spanned", 1);
                int rows = xml.number("number-rows-spanned", 1);
                String text = cell(xml);
                for (int i = 0; i < (columns > 1 ? 1 : repeated); i++) {
                    grid.cell(text, 1, rows);
                }
            } else if (xml.starts("covered-table-cell")) {
                int repeated = Math.min(xml.number("number-columns-repeated", 1), MOST_REPEATED);
                xml.skip();
                for (int i = 0; i < repeated; i++) {
                    grid.covered();
                }
            }
        }
        if (outerCell == null) {
            flow.table(grid);
        } else {
            outerCell.append(grid.text()).append('\n');
        }
    }

    private String cell(XmlPart xml) throws IOException {
        StringBuilder text = new StringBuilder();
        blocks(xml, xml.depth(), text);
        return CleanText.line(text.toString());
    }

    private void sheets(XmlPart xml) throws IOException {
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("table") && styles.isHiddenTable(xml.attribute("style-name", ""))) {
                hidden.sheet();
                xml.skip();
            } else if (xml.starts("table")) {
                String name = xml.attribute("name", "");
                SheetCells sheet = sheet(xml);
                sheet.leaveOutHidden(hidden);
                if (!sheet.isEmpty()) {
                    flow.heading(1, name);
                    SheetTables.write(sheet, flow);
                }
            } else if (xml.isStart() && xml.name().matches(LEFT_OUT)) {
                xml.skip();
            }
        }
    }

    private SheetCells sheet(XmlPart xml) throws IOException {
        SheetCells sheet = new SheetCells(cells);
        int row = -1;
        int rowsRepeated = 0;
        int column = 0;
        int columnsDefined = 0;
        int groups = 0;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("table-row-group") || xml.starts("table-column-group")) {
                groups++;
            } else if (xml.ends("table-row-group") || xml.ends("table-column-group")) {
                groups--;
            } else if (xml.starts("table-column")) {
                int repeated = xml.number("number-columns-repeated", 1);
                if (groups == 0 && isHidden(xml)) {
                    sheet.hideColumns(columnsDefined, columnsDefined + repeated - 1);
                }
                columnsDefined += repeated;
            } else if (xml.starts("table-row")) {
                row += 1 + rowsRepeated;
                rowsRepeated = xml.number("number-rows-repeated", 1) - 1;
                column = 0;
                if (groups == 0 && isHidden(xml)) {
                    sheet.hideRows(row, row + rowsRepeated);
                }
            } else if (xml.starts("table-cell") || xml.starts("covered-table-cell")) {
                int repeated = xml.number("number-columns-repeated", 1);
                int columns = xml.number("number-columns-spanned", 1);
                int rows = xml.number("number-rows-spanned", 1);
                String text = cell(xml);
                for (int i = 0; !text.isEmpty() && i < Math.min(repeated, MOST_REPEATED); i++) {
                    for (int down = 0; down <= Math.min(rowsRepeated, MOST_REPEATED); down++) {
                        sheet.put(row + down, column + i, text);
                    }
                }
                if (columns > 1 || rows > 1) {
                    sheet.merge(row, column, row + rows - 1, column + columns - 1);
                }
                column += repeated;
            } else if (xml.starts("shapes")) {
                xml.skip();
            }
        }
        return sheet;
    }

    /** Neither folded away with a group nor by a filter, which says so. */
    private static boolean isHidden(XmlPart xml) {
        return xml.attribute("visibility", "visible").equals("collapse");
    }
}
