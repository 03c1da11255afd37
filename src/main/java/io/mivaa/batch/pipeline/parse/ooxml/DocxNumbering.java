package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.office.ListNumbers;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers the items of the lists of a Word document. Several lists can share a definition. Not thread-safe. */
final class DocxNumbering {

    private final Map<String, String> lists = new HashMap<>();
    private final ListNumbers numbers = new ListNumbers();

    static DocxNumbering of(OoxmlPackage parts, String main) throws IOException {
        DocxNumbering numbering = new DocxNumbering();
        String part = parts.related(main, "numbering");
        if (part != null) {
            try (XmlPart xml = parts.open(part)) {
                numbering.read(xml);
            }
        }
        return numbering;
    }

    private void read(XmlPart xml) throws IOException {
        String definition = "";
        String list = "";
        while (xml.next()) {
            if (xml.starts("abstractNum")) {
                definition = xml.attribute("abstractNumId", "");
            } else if (xml.starts("lvl")) {
                level(xml, definition);
            } else if (xml.starts("num")) {
                list = xml.attribute("numId", "");
            } else if (xml.starts("abstractNumId")) {
                lists.put(list, xml.attribute("val", ""));
            } else if (xml.starts("lvlOverride")) {
                // a list rarely overrides its definition, so overrides are ignored
                xml.skip();
            }
        }
    }

    private void level(XmlPart xml, String definition) throws IOException {
        int level = Math.min(xml.number("ilvl", 0), ListNumbers.LEVELS - 1);
        String format = "decimal";
        String text = "";
        int start = 1;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("numFmt")) {
                format = xml.attribute("val", "decimal");
            } else if (xml.starts("lvlText")) {
                text = xml.attribute("val", "");
            } else if (xml.starts("start")) {
                start = xml.number("val", 1);
            }
        }
        numbers.define(definition, level, format, text, start);
    }

    /**
     * Counts an item.
     *
     * @return {@code -} for a bullet, else the number as it is shown; null when there is no such list
     */
    @Nullable
    String next(String list, int level) {
        String definition = lists.get(list);
        return definition == null ? null : numbers.next(definition, level);
    }
}
