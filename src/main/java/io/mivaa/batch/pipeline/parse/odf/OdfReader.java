package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.HiddenCells;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * Reads the content of an OpenDocument file: a text, the sheets of a spreadsheet, or slides as pages. Not thread-safe.
 */
final class OdfReader {

    private final ZipParts zip;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final OdfStyles styles = new OdfStyles();
    private final HiddenCells hidden = new HiddenCells();
    private final OdfSlides slides;
    private final OdfBlocks blocks;
    private final OdfSheets sheets;

    OdfReader(ZipParts zip, ParseLimits limits, ContainerSettings settings, ParseProgress progress) {
        this.zip = zip;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        Grid.Budget cells = new Grid.Budget(settings.maxCells());
        this.slides = new OdfSlides(flow, limits, progress);
        this.blocks = new OdfBlocks(flow, styles, slides, cells);
        this.sheets = new OdfSheets(flow, styles, hidden, cells, blocks::text);
    }

    ParsedDocument read(Metadata metadata) throws IOException {
        readCommonStyles();
        readContent();
        blocks.writeNotes();
        flow.end();
        Integer pages = slides.count();
        return pages == null ? hidden.finish(writer, metadata) : writer.finish(metadata, pages, List.of());
    }

    private void readCommonStyles() throws IOException {
        InputStream common = zip.find("styles.xml");
        if (common != null) {
            try (XmlPart xml = new XmlPart(common)) {
                while (xml.next()) {
                    readStyle(xml);
                }
            }
        }
    }

    private void readContent() throws IOException {
        try (XmlPart xml = new XmlPart(zip.open("content.xml"))) {
            while (xml.next()) {
                if (xml.starts("spreadsheet")) {
                    sheets.write(xml);
                } else if (xml.starts("text") || xml.starts("presentation") || xml.starts("drawing")) {
                    blocks.write(xml);
                } else {
                    readStyle(xml);
                }
            }
        }
    }

    private void readStyle(XmlPart xml) throws IOException {
        if (xml.starts("style") || xml.starts("list-style")) {
            styles.read(xml);
        }
    }
}
