package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import io.mivaa.batch.pipeline.parse.source.ZipParts;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Reads OpenDocument texts, spreadsheets and presentations (ISO/IEC 26300). Thread-safe. */
public final class OdfParser implements Parser {

    /** How the media types of OpenDocument files begin. */
    public static final String PREFIX = "application/vnd.oasis.opendocument.";

    private final ContainerSettings settings;

    public OdfParser(ContainerSettings settings) {
        this.settings = settings;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of(
                PREFIX + "text",
                PREFIX + "text-template",
                PREFIX + "text-master",
                PREFIX + "spreadsheet",
                PREFIX + "spreadsheet-template",
                PREFIX + "presentation",
                PREFIX + "presentation-template");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        return Guarded.read(source, "OpenDocument file", () -> {
            try (ZipParts zip = ZipParts.open(source, settings)) {
                OdfEncryption.open(zip, source);
                return new OdfReader(zip, limits, settings, progress).read(metadata(zip));
            }
        });
    }

    private static Metadata metadata(ZipParts zip) {
        Map<String, String> values = new HashMap<>();
        try (InputStream in = zip.find("meta.xml")) {
            if (in != null) {
                read(new XmlPart(in), values);
            }
        } catch (IOException e) {
            // the document is worth reading without its metadata
        }
        String creator = values.get("initial-creator");
        Map<String, String> other = new HashMap<>(values);
        other.keySet().retainAll(Set.of("subject", "description", "keyword", "generator"));
        return new Metadata(
                values.get("title"),
                creator == null ? values.get("creator") : creator,
                values.get("language"),
                Dates.instant(values.get("creation-date")),
                Dates.instant(values.get("date")),
                other);
    }

    private static void read(XmlPart xml, Map<String, String> values) throws IOException {
        while (xml.next()) {
            if (xml.isStart() && xml.depth() == 3) {
                String name = xml.name();
                String value = CleanText.line(xml.textWithin());
                if (!value.isEmpty()) {
                    values.putIfAbsent(name, value);
                }
            }
        }
    }
}
