package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.parse.source.XmlPart;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The styles of an OpenDocument file: which style a paragraph's style derives from, which lists are numbered at which
 * level, and what is hidden. Not thread-safe.
 */
final class OdfStyles {

    /** Elements whose text is not part of the document's text. */
    private static final Pattern LEFT_OUT = Pattern.compile("tracked-changes|annotation|annotation-end|table-of-content"
            + "|alphabetical-index|forms|variable-decls|sequence-decls|user-field-decls|calculation-settings"
            + "|content-validations|label-ranges|named-expressions|database-ranges|header|footer|date-time|page-number"
            + "|event-listeners|ruby-text");

    private static final int LONGEST_CHAIN = 20;

    private final Map<String, String> parents = new HashMap<>();
    private final Set<String> numbered = new HashSet<>();
    private final Set<String> hidden = new HashSet<>();
    private final Set<String> hiddenTables = new HashSet<>();

    static boolean isLeftOut(String element) {
        return LEFT_OUT.matcher(element).matches();
    }

    /** Takes a style whose element has just started. */
    void read(XmlPart xml) throws IOException {
        String name = xml.attribute("name", "");
        if (xml.name().equals("style")) {
            parents.put(name, xml.attribute("parent-style-name", ""));
        }
        int outer = xml.depth();
        while (xml.nextWithin(outer)) {
            if (xml.starts("list-level-style-number")
                    && !xml.attribute("num-format", "").isEmpty()) {
                numbered.add(name + "/" + xml.number("level", 1));
            } else if (xml.starts("text-properties")
                    && xml.attribute("display", "").equals("none")) {
                hidden.add(name);
            } else if (xml.starts("table-properties")
                    && xml.attribute("display", "").equals("false")) {
                hiddenTables.add(name);
            }
        }
    }

    /** Whether the style, or a style that it derives from, has that name. */
    boolean is(String style, String name) {
        String at = style;
        for (int i = 0; !at.isEmpty() && i < LONGEST_CHAIN; i++) {
            if (at.equals(name)) {
                return true;
            }
            at = parents.getOrDefault(at, "");
        }
        return false;
    }

    boolean isCaption(String style) {
        return is(style, "Caption") || is(style, "Illustration") || is(style, "Figure");
    }

    /** @param level 1-based */
    boolean isNumbered(String list, int level) {
        return numbered.contains(list + "/" + level);
    }

    boolean isHidden(String style) {
        return hidden.contains(style);
    }

    boolean isHiddenTable(String style) {
        return hiddenTables.contains(style);
    }
}
