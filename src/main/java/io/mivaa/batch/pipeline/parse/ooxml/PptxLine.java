package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.office.Links;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A paragraph of a shape.
 *
 * @param level 0-based
 * @param marker {@code -} for a point, else null
 */
record PptxLine(String text, int level, @Nullable String marker) {

    /** A paragraph that is being read. */
    private static final class Draft {
        private final StringBuilder text = new StringBuilder();
        private int level;
        private @Nullable String marker;
        private @Nullable String address;
        private int runStart;
    }

    /**
     * Reads the paragraph whose element has just started.
     *
     * @param point whether it is a point unless it says otherwise
     * @param relations of the slide, for the addresses of links
     */
    static PptxLine read(XmlPart xml, boolean point, Map<String, OoxmlPackage.Relation> relations) throws IOException {
        Draft draft = new Draft();
        draft.marker = point ? "-" : null;
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.ends("r")) {
                Links.mark(draft.text, draft.runStart, draft.address);
                draft.address = null;
            } else if (xml.isStart()) {
                start(xml, draft, relations);
            }
        }
        return new PptxLine(draft.text.toString(), draft.level, draft.marker);
    }

    private static void start(XmlPart xml, Draft draft, Map<String, OoxmlPackage.Relation> relations)
            throws IOException {
        switch (xml.name()) {
            case "pPr" -> draft.level = xml.number("lvl", 0);
            case "buNone" -> draft.marker = null;
            case "buChar", "buAutoNum" -> draft.marker = "-";
            case "r" -> draft.runStart = draft.text.length();
            case "hlinkClick" -> draft.address = OoxmlPackage.address(relations, xml.attribute("id", ""));
            case "t" -> draft.text.append(xml.textWithin());
            case "br" -> draft.text.append('\n');
            default -> {}
        }
    }
}
