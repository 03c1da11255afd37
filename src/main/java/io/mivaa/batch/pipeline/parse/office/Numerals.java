package io.mivaa.batch.pipeline.parse.office;

import java.util.Locale;

/** Writes the numbers of list items: decimal, letters or Roman numerals. */
final class Numerals {

    private static final int[] VALUES = {1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1};
    private static final String[] SIGNS = {"m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"};

    private Numerals() {}

    /** @param format a value of ST_NumberFormat of ECMA-376; unknown formats are decimal */
    static String of(int number, String format) {
        return switch (format) {
            case "lowerLetter" -> letters(number);
            case "upperLetter" -> letters(number).toUpperCase(Locale.ROOT);
            case "lowerRoman" -> roman(number);
            case "upperRoman" -> roman(number).toUpperCase(Locale.ROOT);
            case "none" -> "";
            default -> Integer.toString(number);
        };
    }

    /** After z comes aa, then bb. */
    private static String letters(int number) {
        int position = Math.max(0, number - 1);
        return String.valueOf((char) ('a' + position % 26)).repeat(Math.min(position / 26 + 1, 10));
    }

    private static String roman(int number) {
        StringBuilder roman = new StringBuilder();
        int left = number > 3999 ? 0 : number;
        for (int i = 0; i < VALUES.length; i++) {
            for (; left >= VALUES[i]; left -= VALUES[i]) {
                roman.append(SIGNS[i]);
            }
        }
        return roman.isEmpty() ? Integer.toString(number) : roman.toString();
    }
}
