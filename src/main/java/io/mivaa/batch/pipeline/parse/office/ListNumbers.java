package io.mivaa.batch.pipeline.parse.office;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Numbers the items of lists by their definitions, as Word does. Not thread-safe. */
public final class ListNumbers {

    /** The number of levels that a list can have. */
    public static final int LEVELS = 9;

    private static final int MOST_DEFINITIONS = 10_000;

    private final Map<String, Level[]> definitions = new HashMap<>();
    private final Map<String, int[]> counts = new HashMap<>();

    private record Level(String format, String text, int start) {}

    /**
     * Defines how a level of a list is numbered.
     *
     * @param level 0-based
     * @param format a value of ST_NumberFormat of ECMA-376, for example {@code bullet}
     * @param text what is shown; {@code %1} to {@code %9} stand for the numbers of the levels
     */
    public void define(String definition, int level, String format, String text, int start) {
        if (level >= 0 && level < LEVELS && definitions.size() < MOST_DEFINITIONS) {
            definitions.computeIfAbsent(definition, any -> new Level[LEVELS])[level] = new Level(format, text, start);
        }
    }

    /** Whether a level of this list has been defined. */
    public boolean knows(String definition) {
        return definitions.containsKey(definition);
    }

    /**
     * Counts an item.
     *
     * @return {@code -} for a bullet, else the number as it is shown; null when there is no such list
     */
    @Nullable
    public String next(String definition, int level) {
        Level[] levels = definitions.get(definition);
        int at = Math.max(0, Math.min(level, LEVELS - 1));
        Level own = levels == null ? null : levels[at];
        if (levels == null || own == null) {
            return null;
        }
        int[] count = counts.computeIfAbsent(definition, any -> new int[LEVELS]);
        count[at] = count[at] == 0 ? own.start : count[at] + 1;
        for (int below = at + 1; below < LEVELS; below++) {
            count[below] = 0;
        }
        return own.format.equals("bullet") ? "-" : label(levels, own, count);
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
