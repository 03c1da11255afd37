package io.mivaa.batch.pipeline.parse.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Removes characters that are invisible to readers or that stores do not accept. */
public final class CleanText {

    /** The letters of U+FB00 and the ligatures after it. */
    private static final List<String> LIGATURES = List.of("ff", "fi", "fl", "ffi", "ffl", "st", "st");

    private CleanText() {}

    /** With LF line ends, and without U+0000 and lone surrogates; everything else is kept. */
    public static String normalised(String text) {
        StringBuilder clean = null;
        int length = text.length();
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            boolean pair = isPair(text, i);
            boolean keep = c != '\r' && c != 0 && (pair || !Character.isSurrogate(c));
            if (keep && clean == null) {
                i += pair ? 1 : 0;
                continue;
            }
            if (clean == null) {
                clean = new StringBuilder(length).append(text, 0, i);
            }
            if (pair) {
                clean.append(c).append(text.charAt(++i));
            } else if (keep) {
                clean.append(c);
            } else if (c == '\r' && (i + 1 == length || text.charAt(i + 1) != '\n')) {
                clean.append('\n');
            }
        }
        return clean == null ? text : clean.toString();
    }

    /** As {@link #normalised}, and without control characters, soft hyphens, zero-width joins and ligatures. */
    static String printable(String text) {
        String lines = normalised(text);
        StringBuilder clean = new StringBuilder(lines.length());
        for (int i = 0; i < lines.length(); i++) {
            append(clean, lines.charAt(i));
        }
        return clean.toString();
    }

    /** As {@link #printable}, on one line, with single spaces; empty when no text remains. */
    public static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        boolean space = false;
        String printable = printable(text);
        for (int i = 0; i < printable.length(); i++) {
            char c = printable.charAt(i);
            if (isSpace(c)) {
                space = true;
                continue;
            }
            if (space && line.length() > 0) {
                line.append(' ');
            }
            space = false;
            line.append(c);
        }
        return line.toString();
    }

    /** As {@link #line}, but null when there is no text or none remains. */
    public static @Nullable String lineOrNull(@Nullable String text) {
        String line = text == null ? "" : line(text);
        return line.isEmpty() ? null : line;
    }

    /** White space, including no-break spaces, which {@link Character#isWhitespace} excludes. */
    public static boolean isSpace(int c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private static boolean isPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
    }

    private static void append(StringBuilder clean, char c) {
        if (c >= '\uFB00' && c <= '\uFB06') {
            clean.append(LIGATURES.get(c - '\uFB00'));
        } else if (c == '\t' || c == '\n') {
            clean.append(c);
        } else if (c == '\f' || c == '\u000B' || c == '\u0085' || c == '\u2028') {
            clean.append('\n');
        } else if (!Character.isISOControl(c) && !isInvisible(c)) {
            clean.append(c);
        }
    }

    private static boolean isInvisible(char c) {
        return c == '\u00AD' || c == '\u200B' || c == '\u2060' || c == '\uFEFF' || c >= '\uFFFE' || isNonCharacter(c);
    }

    private static boolean isNonCharacter(char c) {
        return c >= '\uFDD0' && c <= '\uFDEF';
    }
}
