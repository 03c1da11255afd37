package io.mivaa.batch.pipeline.parse.rtf;

import org.jspecify.annotations.Nullable;

/** The control words that stand for a character (RTF 1.9.1, "Special Characters"). */
final class RtfCharacters {

    private RtfCharacters() {}

    /** @return null for other words */
    static @Nullable String of(String word) {
        return switch (word) {
            case "tab", "nestcell" -> "\t";
            case "line", "lbr", "softline", "page", "column" -> "\n";
            case "~", "emspace", "enspace", "qmspace" -> " ";
            case "_" -> "-";
            case "emdash" -> "—";
            case "endash" -> "–";
            case "bullet" -> "•";
            case "lquote" -> "‘";
            case "rquote" -> "’";
            case "ldblquote" -> "“";
            case "rdblquote" -> "”";
            default -> null;
        };
    }
}
