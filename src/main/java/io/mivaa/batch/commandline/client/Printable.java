package io.mivaa.batch.commandline.client;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Locale;

/**
 * Makes text from outside safe to print: file names and documents may hold sequences that a terminal obeys, or that turn
 * the order of what stands beside them round.
 */
public final class Printable {

    private static final String CUT = "…";

    private Printable() {}

    /** On one line, without control and format characters (escapes, directions, joiners); what divides words is a space. */
    public static String line(String text) {
        var clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> append(clean, c));
        return clean.toString().strip();
    }

    /** Appends a character if it is harmless; a space only after something else. */
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

    /** How many columns a terminal takes for it. */
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

    /** After Unicode's East Asian Width, by blocks; what is taken for too wide only shortens a line. */
    private static boolean isWide(int c) {
        return (c >= 0x1100 && c <= 0x115F)
                || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F)
                || (c >= 0xA960 && c <= 0xA97C)
                || (c >= 0xAC00 && c <= 0xD7A3)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0xFE30 && c <= 0xFE6F)
                || (c >= 0xFF00 && c <= 0xFF60)
                || (c >= 0xFFE0 && c <= 0xFFE6)
                // Symbols, of which those with the form of an emoji are wide.
                || (c >= 0x231A && c <= 0x23FF)
                || (c >= 0x25FD && c <= 0x27BF)
                || (c >= 0x2B1B && c <= 0x2B55)
                || (c >= 0x16FE0 && c <= 0x1B2FF)
                || (c >= 0x1F004 && c <= 0x1FAFF)
                || (c >= 0x20000 && c <= 0x3FFFD);
    }

    /** Cut at the end if it takes more columns. */
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

    /** Why a file could not be used, in a few words: what the JDK says of some is only the name of the file. */
    public static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "there is no such file or folder";
        }
        if (failure instanceof AccessDeniedException) {
            return "no permission";
        }
        String said = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
        return said == null ? failure.getClass().getSimpleName() : line(said);
    }

    /** {@code 1 document}, {@code 2 documents}. */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

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

    /** Rounded, as one says it. */
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
