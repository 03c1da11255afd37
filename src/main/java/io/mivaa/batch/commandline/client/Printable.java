package io.mivaa.batch.commandline.client;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;

/**
 * Makes text from other sources safe to print. File names and documents may contain sequences that a terminal executes, or
 * that reverse the order of adjacent text.
 */
public final class Printable {

    private static final String CUT = "…";

    private Printable() {}

    /** One line without control and format characters (escapes, directions, joiners), with single spaces. */
    public static String line(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(clean, c));
        return clean.toString().strip();
    }

    /** Appends a character if it is harmless. Whitespace becomes a single space, and none at the beginning. */
    public static void append(StringBuilder clean, int c) {
        if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
            if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' ') {
                clean.append(' ');
            }
        } else if (isHarmless(c)) {
            clean.appendCodePoint(c);
        }
    }

    private static boolean isHarmless(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> false;
            default -> true;
        };
    }

    /** The number of columns that the text occupies on a terminal. */
    public static int columns(String text) {
        return text.codePoints().map(Printable::columns).sum();
    }

    private static int columns(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        return isWide(c) ? 2 : 1;
    }

    /** Follows Unicode's East Asian Width, by blocks. A character considered too wide only shortens a line. */
    private static boolean isWide(int c) {
        return (c >= 0x1100 && c <= 0x115F)
                || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
                || (c >= 0xA960 && c <= 0xA97C)
                || (c >= 0xAC00 && c <= 0xD7A3)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0xFE30 && c <= 0xFE6F)
                || (c >= 0xFF00 && c <= 0xFF60)
                || (c >= 0xFFE0 && c <= 0xFFE6)
                // Symbols; those with an emoji presentation are wide.
                || (c >= 0x231A && c <= 0x23FF)
                || (c >= 0x25FD && c <= 0x27BF)
                || (c >= 0x2B1B && c <= 0x2B55)
                || (c >= 0x16FE0 && c <= 0x1B2FF)
                || (c >= 0x1F004 && c <= 0x1FAFF)
                || (c >= 0x20000 && c <= 0x3FFFD);
    }

    /** Cuts the text at the end if it occupies more columns. */
    public static String fit(String text, int columns) {
        if (columns(text) <= columns) {
            return text;
        }
        var fitting = new StringBuilder();
        int taken = 1;
        for (int c : text.codePoints().toArray()) {
            taken += columns(c);
            if (taken > columns) {
                break;
            }
            fitting.appendCodePoint(c);
        }
        return columns < 1 ? "" : fitting + CUT;
    }

    /** Why a file could not be used, in a few words. Some exceptions of the JDK contain only the name of the file. */
    public static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (failure instanceof AccessDeniedException) {
            return "no permission";
        }
        String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : line(reason);
    }

    /** {@code 1 document}, {@code 2 documents}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** A rounded number of bytes with a decimal unit. */
    public static String bytes(long bytes) {
        double size = bytes;
        for (String unit : List.of("bytes", "kB", "MB")) {
            if (size < 1000) {
                return String.format(Locale.ROOT, size < 10 && bytes >= 1000 ? "%.1f %s" : "%.0f %s", size, unit);
            }
            size /= 1000;
        }
        return String.format(Locale.ROOT, "%.1f GB", size);
    }

    /** A rounded duration with one unit. */
    public static String duration(double seconds) {
        if (seconds < 90) {
            return Math.round(seconds) + " s";
        }
        if (seconds < 90 * 60) {
            return Math.round(seconds / 60) + " min";
        }
        return String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
