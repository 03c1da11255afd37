package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.IOException;
import java.util.Set;

/**
 * Word, Excel and PowerPoint as they are since 2007 (ECMA-376), read part by part as a stream. Which of the three a
 * file is, its parts say; headers, footers, comments, deletions and hidden text are left out.
 */
public final class OoxmlParser implements Parser {

    static final String PREFIX = "application/vnd.openxmlformats-officedocument.";
    public static final String WORD = PREFIX + "wordprocessingml.document";
    public static final String EXCEL = PREFIX + "spreadsheetml.sheet";
    public static final String POWERPOINT = PREFIX + "presentationml.presentation";

    /** An Office document whose kind its first entries do not show. */
    public static final String SOME_OOXML = "application/x-tika-ooxml";

    private final ContainerSettings settings;

    public OoxmlParser(ContainerSettings settings) {
        this.settings = settings;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of(
                SOME_OOXML,
                WORD,
                EXCEL,
                POWERPOINT,
                PREFIX + "wordprocessingml.template",
                PREFIX + "spreadsheetml.template",
                PREFIX + "presentationml.template",
                PREFIX + "presentationml.slideshow",
                "application/vnd.ms-word.document.macroenabled.12",
                "application/vnd.ms-word.template.macroenabled.12",
                "application/vnd.ms-excel.sheet.macroenabled.12",
                "application/vnd.ms-excel.template.macroenabled.12",
                "application/vnd.ms-powerpoint.presentation.macroenabled.12",
                "application/vnd.ms-powerpoint.slideshow.macroenabled.12",
                "application/vnd.ms-powerpoint.template.macroenabled.12");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        return Guarded.read(source, "Office document", () -> {
            try (ZipParts zip = ZipParts.open(source, settings)) {
                return parse(new OoxmlPackage(zip), limits, progress);
            }
        });
    }

    private ParsedDocument parse(OoxmlPackage parts, ParseLimits limits, ParseProgress progress) throws IOException {
        String main = parts.main();
        if (main.startsWith("word/")) {
            return new DocxReader(parts, main, limits, settings).read();
        }
        if (main.startsWith("xl/") && main.endsWith(".xml")) {
            return new XlsxReader(parts, main, limits, settings).read();
        }
        if (main.startsWith("ppt/")) {
            return new PptxReader(parts, main, limits, settings, progress).read();
        }
        throw new Rejected(
                "unsupported-format", "The Office document is neither a Word, an Excel nor a PowerPoint file.");
    }
}
