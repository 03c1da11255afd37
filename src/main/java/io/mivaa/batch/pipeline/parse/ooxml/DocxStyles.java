package io.mivaa.batch.pipeline.parse.ooxml;

import io.mivaa.batch.pipeline.parse.office.WordNames;
import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The paragraph styles of a Word document: which are headings, captions, code or lists. */
final class DocxStyles {

    static final int NO_HEADING = 0;

    private static final int LONGEST_CHAIN = 20;

    private final Map<String, Style> styles = new HashMap<>();

    /** A style. The name of a built-in style is English in every language version of Word; the outline is 0-based. */
    private static final class Style {
        private String name = "";
        private @Nullable String basedOn;
        private @Nullable Integer outline;
        private @Nullable String numbering;
        private int numberingLevel;
    }

    static DocxStyles of(OoxmlPackage parts, String main) throws IOException {
        DocxStyles styles = new DocxStyles();
        String part = parts.related(main, "styles");
        if (part != null) {
            try (XmlPart xml = parts.open(part)) {
                styles.read(xml);
            }
        }
        return styles;
    }

    private void read(XmlPart xml) throws IOException {
        Style style = new Style();
        while (xml.next()) {
            if (!xml.isStart()) {
                continue;
            }
            switch (xml.name()) {
                case "style" -> {
                    style = new Style();
                    styles.put(xml.attribute("styleId", ""), style);
                }
                case "name" -> style.name = xml.attribute("val", "");
                case "basedOn" -> style.basedOn = xml.attribute("val");
                case "outlineLvl" -> style.outline = xml.number("val", 9);
                case "numId" -> style.numbering = xml.attribute("val");
                case "ilvl" -> style.numberingLevel = xml.number("val", 0);
                default -> {}
            }
        }
    }

    /** @return 1 to 9, {@link #NO_HEADING} for other styles */
    int headingLevel(@Nullable String id) {
        Style style = style(id);
        for (int i = 0; style != null && i < LONGEST_CHAIN; i++) {
            if (style.outline != null) {
                return style.outline < 9 ? style.outline + 1 : NO_HEADING;
            }
            int named = WordNames.headingLevel(style.name);
            if (named != NO_HEADING) {
                return named;
            }
            style = style(style.basedOn);
        }
        return NO_HEADING;
    }

    boolean isCaption(@Nullable String id) {
        Style style = style(id);
        return style != null && WordNames.isCaption(style.name);
    }

    boolean isContents(@Nullable String id) {
        Style style = style(id);
        return style != null && WordNames.isContents(style.name);
    }

    boolean isCode(@Nullable String id) {
        Style style = style(id);
        return style != null && WordNames.isCode(style.name);
    }

    /** The list that the paragraphs of a style belong to; null when there is none. */
    @Nullable
    String numbering(@Nullable String id) {
        Style style = style(id);
        for (int i = 0; style != null && i < LONGEST_CHAIN; i++) {
            if (style.numbering != null) {
                return style.numbering;
            }
            style = style(style.basedOn);
        }
        return null;
    }

    int numberingLevel(@Nullable String id) {
        Style style = style(id);
        return style == null ? 0 : style.numberingLevel;
    }

    private @Nullable Style style(@Nullable String id) {
        return id == null ? null : styles.get(id);
    }
}
