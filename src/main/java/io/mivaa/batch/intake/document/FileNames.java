package io.mivaa.batch.intake.document;

import org.jspecify.annotations.Nullable;

/** Makes the file name of a client safe: the result is a name for display, never a path. */
public final class FileNames {

    private static final int MAX = 255;

    private FileNames() {}

    /**
     * @return the last step of the path without control characters, at most 255 characters; {@code unnamed} if that is
     *     empty
     */
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

    /** Keeps the extension, because it can decide the type. */
    private static String shorten(String name) {
        int dot = name.lastIndexOf('.');
        String ending = dot > 0 && name.length() - dot <= 16 ? name.substring(dot) : "";
        int cut = MAX - ending.length();
        return name.substring(0, Character.isHighSurrogate(name.charAt(cut - 1)) ? cut - 1 : cut) + ending;
    }
}
