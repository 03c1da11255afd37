package io.mivaa.batch.intake.document;

import org.jspecify.annotations.Nullable;

/** Makes a client's file name harmless: a name to show, never a path. */
public final class FileNames {

    private static final int MAX = 255;

    private FileNames() {}

    /** The last part of a path, without control characters; {@code unnamed} when nothing is left. */
    public static String clean(@Nullable String given) {
        if (given == null) {
            return "unnamed";
        }
        String last = given.substring(Math.max(given.lastIndexOf('/'), given.lastIndexOf('\\')) + 1);
        StringBuilder clean = new StringBuilder();
        last.codePoints()
                .filter(c -> !Character.isISOControl(c)
                        && Character.getType(c) != Character.SURROGATE
                        && Character.getType(c) != Character.FORMAT)
                .forEach(clean::appendCodePoint);
        String name = clean.toString().strip();
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            return "unnamed";
        }
        return name.length() <= MAX ? name : shorten(name);
    }

    /** Keeps the ending, because it may decide the type. */
    private static String shorten(String name) {
        int dot = name.lastIndexOf('.');
        String ending = dot > 0 && name.length() - dot <= 16 ? name.substring(dot) : "";
        int cut = MAX - ending.length();
        return name.substring(0, Character.isHighSurrogate(name.charAt(cut - 1)) ? cut - 1 : cut) + ending;
    }
}
