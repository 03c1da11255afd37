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
 * Reads Word, Excel and PowerPoint files of Office 2007 and later (ECMA-376), part by part as a stream. The name of the
 * main part shows which of the three a file is. Headers, footers, comments, deleted and hidden text are left out.
 * Thread-safe.
 */
public final class OoxmlParser implements Parser {

    static final String PREFIX = "application/vnd.openxmlformats-officedocument.";
    /** A Word document; templates and files with macros have other types. */
    public static final String WORD = PREFIX + "wordprocessingml.document";
    /** An Excel workbook. */
    public static final String EXCEL = PREFIX + "spreadsheetml.sheet";
    /** A PowerPoint presentation. */
    public static final String POWERPOINT = PREFIX + "presentationml.presentation";

    /** An Office document whose first entries do not show which kind it is. */
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
        throw new Rejected("unsupported-format", "The Office document is not a Word, Excel or PowerPoint file.");
    }
}
