package io.mivaa.batch.pipeline.parse.rtf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import java.util.Set;

/** Reads Rich Text Format: headings, lists, tables, links and notes, but no pictures. Thread-safe. */
public final class RtfParser implements Parser {

    private final ContainerSettings settings;

    public RtfParser(ContainerSettings settings) {
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
