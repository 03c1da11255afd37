package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.List;

/** Reads a Word document: its body, then its notes. Not thread-safe. */
final class DocxReader {

    private final OoxmlPackage parts;
    private final String main;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final DocxNotes notes = new DocxNotes();
    private final DocxBlocks blocks;

    DocxReader(OoxmlPackage parts, String main, ParseLimits limits, ContainerSettings settings) throws IOException {
        this.parts = parts;
        this.main = main;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        DocxStyles styles = DocxStyles.of(parts, main);
        DocxParagraphs paragraphs = new DocxParagraphs(flow, styles, DocxNumbering.of(parts, main));
        this.blocks = new DocxBlocks(flow, paragraphs, notes, new Grid.Budget(settings.maxCells()));
    }

    ParsedDocument read() throws IOException {
        blocks.relations(parts.relations(main));
        try (XmlPart xml = parts.open(main)) {
            blocks.write(xml);
        }
        for (String kind : List.of("footnotes", "endnotes")) {
            String part = parts.related(main, kind);
            if (part != null) {
                notes(part, kind);
            }
        }
        flow.end();
        return writer.finish(parts.metadata(), null, List.of());
    }

    /** Writes the notes that the text refers to, each as a paragraph that begins with its mark. */
    private void notes(String part, String kind) throws IOException {
        blocks.relations(parts.relations(part));
        try (XmlPart xml = parts.open(part)) {
            while (xml.next()) {
                if (xml.starts("footnote") || xml.starts("endnote")) {
                    String mark = notes.existingMark(kind, xml.attribute("id", ""));
                    String text = blocks.text(xml);
                    if (mark != null) {
                        flow.paragraph(mark + " " + text.strip());
                    }
                }
            }
        }
    }
}
