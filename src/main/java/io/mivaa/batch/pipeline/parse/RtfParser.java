package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.ParsedDocument;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Source;
import java.util.Set;

/** Rich Text Format: headings, lists, tables, links and notes; no pictures. */
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
            try (RtfTokens tokens = new RtfTokens(source.file())) {
                return new RtfReader(tokens, limits, settings).read();
            }
        });
    }
}
