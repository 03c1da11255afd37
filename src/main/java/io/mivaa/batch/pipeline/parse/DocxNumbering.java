package io.mivaa.batch.pipeline.parse;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts the items of the lists of a Word document, as Word does while it lays it out. Not thread-safe. */
final class DocxNumbering {

    private static final int LEVELS = 9;

    private final Map<String, Level[]> definitions = new HashMap<>();
    private final Map<String, String> lists = new HashMap<>();
    private final Map<String, int[]> counts = new HashMap<>();

    private static final class Level {
        private String format = "decimal";
        private String text = "";
        private int start = 1;
    }

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
        Level[] levels = new Level[LEVELS];
        Level level = new Level();
        String list = "";
        while (xml.next()) {
            if (!xml.isStart()) {
                continue;
            }
            switch (xml.name()) {
                case "abstractNum" -> {
                    levels = new Level[LEVELS];
                    definitions.put(xml.attribute("abstractNumId", ""), levels);
                }
                case "lvl" -> {
                    level = new Level();
                    levels[Math.min(xml.number("ilvl", 0), LEVELS - 1)] = level;
                }
                case "num" -> {
                    list = xml.attribute("numId", "");
                    // what a list overrides of its definition is rare, and is not looked at
                    levels = new Level[LEVELS];
                }
                case "abstractNumId" -> lists.put(list, xml.attribute("val", ""));
                case "numFmt" -> level.format = xml.attribute("val", "decimal");
                case "lvlText" -> level.text = xml.attribute("val", "");
                case "start" -> level.start = xml.number("val", 1);
                default -> {}
            }
        }
    }

    /**
     * Counts one item.
     *
     * @return {@code -} for a bullet, else the number as it is shown; null when there is no such list
     */
    @Nullable
    String next(String list, int ilvl) {
        String definition = lists.get(list);
        Level[] levels = definition == null ? null : definitions.get(definition);
        int at = Math.min(ilvl, LEVELS - 1);
        Level level = levels == null ? null : levels[at];
        if (definition == null || levels == null || level == null) {
            return null;
        }
        int[] count = counts.computeIfAbsent(definition, any -> new int[LEVELS]);
        count[at] = count[at] == 0 ? level.start : count[at] + 1;
        for (int below = at + 1; below < LEVELS; below++) {
            count[below] = 0;
        }
        return level.format.equals("bullet") ? "-" : label(levels, level, count);
    }

    private static String label(Level[] levels, Level level, int[] count) {
        String label = level.text;
        for (int i = 0; i < LEVELS; i++) {
            Level of = levels[i];
            if (label.contains("%" + (i + 1))) {
                int number = Math.max(count[i], of == null ? 1 : of.start);
                label = label.replace("%" + (i + 1), Numerals.of(number, of == null ? "decimal" : of.format));
            }
        }
        return CleanText.line(label);
    }
}
