package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a slide or the notes of one: its title as a heading, then the other shapes in their order. The points of a
 * text become a list. Not thread-safe.
 */
final class PptxSlide {

    private final OoxmlPackage parts;
    private final String part;
    private final Map<String, OoxmlPackage.Relation> relations;
    private final OfficeFlow flow;
    private final Grid.Budget cells;

    /** What to write when the whole slide has been read: titles come before all other shapes. */
    private final List<Runnable> titles = new ArrayList<>();

    private final List<Runnable> shapes = new ArrayList<>();

    PptxSlide(OoxmlPackage parts, String part, OfficeFlow flow, Grid.Budget cells) throws IOException {
        this.parts = parts;
        this.part = part;
        this.relations = parts.relations(part);
        this.flow = flow;
        this.cells = cells;
    }

    void write() throws IOException {
        try (XmlPart xml = parts.open(part)) {
            while (xml.next()) {
                if (xml.starts("sp")) {
                    shape(xml);
                } else if (xml.starts("graphicFrame") || xml.starts("pic")) {
                    graphic(xml);
                } else if (xml.starts("Fallback")) {
                    xml.skip();
                }
            }
        }
        titles.forEach(Runnable::run);
        shapes.forEach(Runnable::run);
    }

    private void shape(XmlPart xml) throws IOException {
        String placeholder = "";
        List<PptxLine> lines = new ArrayList<>();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("ph")) {
                placeholder = xml.attribute("type", "obj");
            } else if (xml.starts("p")) {
                boolean points = placeholder.equals("obj") || placeholder.equals("body");
                lines.add(PptxLine.read(xml, points, relations));
            }
        }
        if (placeholder.equals("title") || placeholder.equals("ctrTitle")) {
            titles.add(() -> title(lines));
        } else if (!placeholder.matches("ftr|hdr|dt|sldNum|sldImg")) {
            shapes.add(() -> body(lines));
        }
    }

    private void title(List<PptxLine> lines) {
        flow.heading(1, String.join(" ", lines.stream().map(PptxLine::text).toList()));
    }

    /** Writes a single point as a paragraph. */
    private void body(List<PptxLine> all) {
        List<PptxLine> lines =
                all.stream().filter(line -> !line.text().isBlank()).toList();
        flow.end();
        for (PptxLine line : lines) {
            String marker = line.marker();
            if (marker == null || (lines.size() == 1 && marker.equals("-"))) {
                flow.paragraph(line.text());
            } else {
                flow.item(line.level(), marker, line.text());
            }
        }
        flow.end();
    }

    private void graphic(XmlPart xml) throws IOException {
        String description = "";
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("cNvPr")) {
                description = xml.attribute("descr", "");
            } else if (xml.starts("tbl")) {
                Grid grid = PptxTable.read(xml, cells, relations);
                shapes.add(() -> flow.table(grid));
            } else if (xml.starts("relIds")) {
                diagram(xml.attribute("dm", ""));
            } else if (xml.starts("chart")) {
                chart(xml.attribute("id", ""));
            }
        }
        String figure = description;
        if (!figure.isBlank()) {
            shapes.add(() -> flow.figure(figure));
        }
    }

    /** Writes the texts of a diagram (SmartArt), in the order of its model. */
    private void diagram(String id) throws IOException {
        String target = target(id);
        if (target == null) {
            return;
        }
        List<PptxLine> lines = new ArrayList<>();
        try (XmlPart xml = parts.open(target)) {
            while (xml.next()) {
                if (xml.starts("p")) {
                    lines.add(PptxLine.read(xml, true, relations));
                }
            }
        }
        shapes.add(() -> body(lines));
    }

    /** Writes the title of a chart and other texts in it. Its numbers are in a workbook of its own, which is not read. */
    private void chart(String id) throws IOException {
        String target = target(id);
        if (target == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        try (XmlPart xml = parts.open(target)) {
            while (xml.next()) {
                if (xml.starts("t")) {
                    text.append(xml.textWithin()).append(' ');
                }
            }
        }
        shapes.add(() -> flow.figure(text.toString()));
    }

    private @Nullable String target(String id) {
        OoxmlPackage.Relation relation = relations.get(id);
        return relation != null && parts.zip().has(relation.target()) ? relation.target() : null;
    }
}
