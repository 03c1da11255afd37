package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The strings that the cells of a workbook share, by index. */
final class XlsxStrings {

    /** What an entry is taken to cost besides its text. */
    private static final int OVERHEAD = 8;

    private final List<String> strings = new ArrayList<>();

    private XlsxStrings() {}

    /** @throws io.mivaa.batch.pipeline.Rejected when they are too much text */
    static XlsxStrings of(OoxmlPackage parts, String main, ParseLimits limits) throws IOException {
        XlsxStrings strings = new XlsxStrings();
        String part = parts.related(main, "sharedStrings");
        if (part != null) {
            try (XmlPart xml = parts.open(part)) {
                strings.read(xml, limits);
            }
        }
        return strings;
    }

    private void read(XmlPart xml, ParseLimits limits) throws IOException {
        long characters = 0;
        while (xml.next()) {
            if (xml.starts("si")) {
                String text = richText(xml);
                characters += text.length() + OVERHEAD;
                if (characters > 2L * limits.maxCharacters()) {
                    throw MarkdownWriter.tooMuchText(limits);
                }
                strings.add(text);
            }
        }
    }

    /** Reads text in runs of one format each, without the phonetic guides of East Asian characters. */
    static String richText(XmlPart xml) throws IOException {
        StringBuilder text = new StringBuilder();
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("t")) {
                text.append(xml.textWithin());
            } else if (xml.starts("rPh")) {
                xml.skip();
            }
        }
        return CleanText.line(text.toString());
    }

    /** @return empty when there is no such string */
    String at(String index) {
        if (!index.matches("\\d{1,8}") || Integer.parseInt(index) >= strings.size()) {
            return "";
        }
        return strings.get(Integer.parseInt(index));
    }
}
