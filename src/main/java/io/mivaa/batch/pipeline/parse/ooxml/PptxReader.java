package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.Links;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a presentation: each slide a page, its title a heading, the points of its text a list, its notes below. */
final class PptxReader {

    private final OoxmlPackage parts;
    private final String main;
    private final ParseLimits limits;
    private final ParseProgress progress;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget cells;
    private Map<String, OoxmlPackage.Relation> relations = Map.of();

    PptxReader(
            OoxmlPackage parts, String main, ParseLimits limits, ContainerSettings settings, ParseProgress progress) {
        this.parts = parts;
        this.main = main;
        this.limits = limits;
        this.progress = progress;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.cells = new Grid.Budget(settings.maxCells());
    }

    /** A shape whose text is held until the title of its slide is written. */
    private record Shape(boolean title, Runnable write) {}

    /** A paragraph of a shape. */
    private record Line(String text, int level, @Nullable String marker) {}

    ParsedDocument read() throws IOException {
        List<String> slides = slides();
        if (slides.size() > limits.maxPages()) {
            throw new Rejected(
                    "too-many-pages", "The document has more slides than the limit of " + limits.maxPages() + ".");
        }
        int number = 0;
        for (String slide : slides) {
            number++;
            flow.page(number);
            relations = parts.relations(slide);
            read(slide);
            String notes = parts.related(slide, "notesSlide");
            if (notes != null) {
                relations = parts.relations(notes);
                read(notes);
            }
            flow.end();
            progress.pagesRead(number);
            SourceBytes.checkCancelled();
        }
        return writer.finish(parts.metadata(), Math.max(1, number), List.of());
    }

    private List<String> slides() throws IOException {
        Map<String, OoxmlPackage.Relation> all = parts.relations(main);
        List<String> slides = new ArrayList<>();
        try (XmlPart xml = parts.open(main)) {
            while (xml.next()) {
                if (xml.starts("sldId")) {
                    // its own id has no namespace, the relationship's has
                    for (String id : xml.attributes("id")) {
                        OoxmlPackage.Relation relation = all.get(id);
                        if (relation != null && parts.zip().has(relation.target())) {
                            slides.add(relation.target());
                        }
                    }
                }
            }
        }
        return slides;
    }

    private void read(String part) throws IOException {
        List<Shape> shapes = new ArrayList<>();
        try (XmlPart xml = parts.open(part)) {
            while (xml.next()) {
                if (xml.starts("sp")) {
                    shape(xml, shapes);
                } else if (xml.starts("graphicFrame") || xml.starts("pic")) {
                    graphic(xml, shapes);
                } else if (xml.starts("Fallback")) {
                    xml.skip();
                }
            }
        }
        shapes.stream().filter(Shape::title).forEach(shape -> shape.write().run());
        shapes.stream()
                .filter(shape -> !shape.title())
                .forEach(shape -> shape.write().run());
    }

    private void shape(XmlPart xml, List<Shape> shapes) throws IOException {
        String placeholder = null;
        List<Line> lines = new ArrayList<>();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("ph")) {
                placeholder = xml.attribute("type", "obj");
            } else if (xml.starts("p")) {
                lines.add(paragraph(xml, "obj".equals(placeholder) || "body".equals(placeholder)));
            }
        }
        String kind = placeholder == null ? "" : placeholder;
        if (kind.matches("ftr|hdr|dt|sldNum|sldImg")) {
            return;
        }
        boolean title = kind.equals("title") || kind.equals("ctrTitle");
        shapes.add(new Shape(title, title ? () -> title(lines) : () -> body(lines)));
    }

    private void title(List<Line> lines) {
        flow.heading(1, String.join(" ", lines.stream().map(Line::text).toList()));
    }

    /** A single point without others below it is a line of text. */
    private void body(List<Line> lines) {
        List<Line> said = lines.stream().filter(line -> !line.text.isBlank()).toList();
        flow.end();
        for (Line line : said) {
            if (line.marker == null || (said.size() == 1 && line.marker.equals("-"))) {
                flow.paragraph(line.text);
            } else {
                flow.item(line.level, line.marker, line.text);
            }
        }
        flow.end();
    }

    private Line paragraph(XmlPart xml, boolean points) throws IOException {
        StringBuilder text = new StringBuilder();
        int level = 0;
        String marker = points ? "-" : null;
        String address = null;
        int run = 0;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.ends("r")) {
                Links.mark(text, run, address);
                address = null;
            }
            if (!xml.isStart()) {
                continue;
            }
            switch (xml.name()) {
                case "pPr" -> level = xml.number("lvl", 0);
                case "buNone" -> marker = null;
                case "buChar", "buAutoNum" -> marker = "-";
                case "r" -> run = text.length();
                case "hlinkClick" -> {
                    OoxmlPackage.Relation relation = relations.get(xml.attribute("id", ""));
                    address = relation != null && relation.external() ? relation.target() : null;
                }
                case "t" -> text.append(xml.textWithin());
                case "br" -> text.append('\n');
                default -> {}
            }
        }
        return new Line(text.toString(), level, marker);
    }

    private void graphic(XmlPart xml, List<Shape> shapes) throws IOException {
        String description = "";
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("cNvPr")) {
                description = xml.attribute("descr", "");
            } else if (xml.starts("tbl")) {
                Grid grid = table(xml);
                shapes.add(new Shape(false, () -> flow.table(grid)));
            } else if (xml.starts("relIds")) {
                diagram(xml.attribute("dm", ""), shapes);
            } else if (xml.starts("chart")) {
                chart(xml.attribute("id", ""), shapes);
            }
        }
        String said = description;
        if (!said.isBlank()) {
            shapes.add(new Shape(false, () -> flow.figure(said)));
        }
    }

    /** The texts of a drawn diagram, in the order of its model. */
    private void diagram(String id, List<Shape> shapes) throws IOException {
        OoxmlPackage.Relation relation = relations.get(id);
        if (relation == null || !parts.zip().has(relation.target())) {
            return;
        }
        List<Line> lines = new ArrayList<>();
        try (XmlPart xml = parts.open(relation.target())) {
            while (xml.next()) {
                if (xml.starts("p")) {
                    lines.add(paragraph(xml, true));
                }
            }
        }
        shapes.add(new Shape(false, () -> body(lines)));
    }

    /** What a chart shows is mostly numbers in a workbook of its own; its title says what they are. */
    private void chart(String id, List<Shape> shapes) throws IOException {
        OoxmlPackage.Relation relation = relations.get(id);
        if (relation == null || !parts.zip().has(relation.target())) {
            return;
        }
        StringBuilder text = new StringBuilder();
        try (XmlPart xml = parts.open(relation.target())) {
            while (xml.next()) {
                if (xml.starts("t")) {
                    text.append(xml.textWithin()).append(' ');
                }
            }
        }
        shapes.add(new Shape(false, () -> flow.figure(text.toString())));
    }

    private Grid table(XmlPart xml) throws IOException {
        Grid grid = new Grid(cells);
        boolean first = false;
        int rows = 0;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("tblPr")) {
                first = xml.attribute("firstRow", "0").matches("1|true");
            } else if (xml.starts("tr")) {
                grid.row(first && rows == 0);
                rows++;
            } else if (xml.starts("tc")) {
                cell(xml, grid);
            }
        }
        return grid;
    }

    private void cell(XmlPart xml, Grid grid) throws IOException {
        boolean covered = xml.attribute("hMerge", "0").matches("1|true")
                || xml.attribute("vMerge", "0").matches("1|true");
        int rowSpan = Math.max(1, xml.number("rowSpan", 1));
        StringBuilder text = new StringBuilder();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("p")) {
                text.append(paragraph(xml, false).text).append('\n');
            }
        }
        if (covered) {
            grid.covered();
        } else {
            grid.cell(text.toString(), 1, rowSpan);
        }
    }
}
