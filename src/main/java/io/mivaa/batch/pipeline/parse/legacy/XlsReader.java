package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.html.HtmlText;
import io.mivaa.batch.pipeline.parse.office.HiddenCells;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.SheetCells;
import io.mivaa.batch.pipeline.parse.office.SheetTables;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import java.io.IOException;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.jsoup.nodes.Element;

/**
 * Reads a workbook of Excel 97 to 2003: the cells through Apache Tika, and what is hidden or merged through
 * {@link XlsLayout}. Not thread-safe.
 */
final class XlsReader {

    private final XlsLayout layout;
    private final MarkdownWriter writer;
    private final OfficeFlow flow;
    private final Grid.Budget budget;
    private final HiddenCells hidden = new HiddenCells();

    private XlsReader(XlsLayout layout, ParseLimits limits, ContainerSettings settings) {
        this.layout = layout;
        this.writer = new MarkdownWriter(limits);
        this.flow = new OfficeFlow(writer);
        this.budget = new Grid.Budget(settings.maxCells());
    }

    static ParsedDocument read(Source source, ParseLimits limits, ContainerSettings settings) throws Exception {
        TikaPage page = TikaPage.read(source, LegacyOfficeParser.KIND, limits, settings);
        return PoiPassword.whileSet(
                source, LegacyOfficeParser.KIND, () -> new XlsReader(layout(source), limits, settings).write(page));
    }

    private static XlsLayout layout(Source source) throws IOException {
        try (POIFSFileSystem files = new POIFSFileSystem(source.file().toFile(), true)) {
            return XlsLayout.of(files);
        }
    }

    private ParsedDocument write(TikaPage page) {
        for (Element sheet : page.body().select("div.page")) {
            Element heading = sheet.selectFirst("h1");
            String name = heading == null ? "" : heading.text();
            if (layout.isHidden(name)) {
                hidden.sheet();
            } else {
                write(name, cells(sheet));
            }
        }
        flow.end();
        return hidden.finish(writer, page.metadata());
    }

    private SheetCells cells(Element sheet) {
        SheetCells cells = new SheetCells(budget);
        int row = 0;
        for (Element line : sheet.select("tr")) {
            int column = 0;
            for (Element cell : line.children()) {
                cells.put(row, column++, HtmlText.of(cell));
            }
            row++;
        }
        return cells;
    }

    private void write(String name, SheetCells cells) {
        layout.apply(name, cells);
        cells.leaveOutHidden(hidden);
        if (!cells.isEmpty()) {
            flow.heading(1, name);
            SheetTables.write(cells, flow);
        }
    }
}
