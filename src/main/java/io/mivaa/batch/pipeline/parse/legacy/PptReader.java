package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.html.HtmlFlow;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import java.util.List;
import org.jsoup.nodes.Element;

/** Reads a presentation of PowerPoint 97 to 2003 through Apache Tika: each slide becomes a page. */
final class PptReader {

    private PptReader() {}

    static ParsedDocument read(Source source, ParseLimits limits, ContainerSettings settings, ParseProgress progress)
            throws Exception {
        TikaPage page = TikaPage.read(source, LegacyOfficeParser.KIND, limits, settings);
        MarkdownWriter writer = new MarkdownWriter(limits);
        int number = 0;
        for (Element slide : page.body().select("div.slide")) {
            number++;
            if (number > limits.maxPages()) {
                throw new Rejected(
                        "too-many-pages", "The document has more slides than the limit of " + limits.maxPages() + ".");
            }
            writer.page(number);
            HtmlFlow.write(slide, writer, false);
            progress.pagesRead(number);
        }
        return writer.finish(page.metadata(), Math.max(1, number), List.of());
    }
}
