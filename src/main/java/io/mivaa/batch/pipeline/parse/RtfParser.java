package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.ParsedDocument;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Source;
import java.util.List;
import java.util.Set;
import org.apache.tika.parser.microsoft.rtf.RTFParser;

/** Rich Text Format, by Apache Tika: paragraphs and lists; it does not tell where cells of tables begin. */
final class RtfParser implements Parser {

    private final ContainerSettings settings;

    RtfParser(ContainerSettings settings) {
        this.settings = settings;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of("application/rtf");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        return Guarded.read(source, "RTF document", () -> {
            TikaPage page = TikaPage.read(new RTFParser(), source, "RTF document", limits, settings);
            MarkdownWriter writer = new MarkdownWriter(limits);
            HtmlFlow.write(page.body().body(), writer, false);
            return writer.finish(page.metadata(), null, List.of());
        });
    }
}
