package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
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

/** Reads a presentation: each slide becomes a page, followed by its notes. Not thread-safe. */
final class PptxReader {

    private final OoxmlPackage parts;
    private final String main;
    private final ParseLimits limits;
    private final ParseProgress progress;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget cells;

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
            write(slide);
            progress.pagesRead(number);
            SourceBytes.checkCancelled();
        }
        return writer.finish(parts.metadata(), Math.max(1, number), List.of());
    }

    private void write(String slide) throws IOException {
        new PptxSlide(parts, slide, flow, cells).write();
        String notes = parts.related(slide, "notesSlide");
        if (notes != null) {
            new PptxSlide(parts, notes, flow, cells).write();
        }
        flow.end();
    }

    /** The parts of the slides, in the order of the presentation. */
    private List<String> slides() throws IOException {
        Map<String, OoxmlPackage.Relation> all = parts.relations(main);
        List<String> slides = new ArrayList<>();
        try (XmlPart xml = parts.open(main)) {
            while (xml.next()) {
                if (xml.starts("sldId")) {
                    // a slide has two ids: its own without a namespace, and that of the relationship with one
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
}
