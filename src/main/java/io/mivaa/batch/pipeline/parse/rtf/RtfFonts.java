package io.mivaa.batch.pipeline.parse.rtf;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The encodings of the fonts of an RTF file. Not thread-safe. */
final class RtfFonts {

    private static final int MOST = 10_000;

    private static final Charset LATIN =
            Charset.isSupported("windows-1252") ? Charset.forName("windows-1252") : StandardCharsets.ISO_8859_1;

    private final Map<Integer, Charset> fonts = new HashMap<>();
    private Charset document = LATIN;
    private int defaultFont;

    void documentCharset(String charset) {
        document = named(charset, document);
    }

    void documentCodePage(int page) {
        document = ofPage(page, document);
    }

    /** Sets the font of text that names no font. */
    void defaultFont(int font) {
        defaultFont = font;
    }

    void charset(int font, int charset) {
        if (fonts.size() < MOST) {
            fonts.put(font, ofFont(charset, document));
        }
    }

    void codePage(int font, int page) {
        if (fonts.size() < MOST) {
            fonts.put(font, ofPage(page, document));
        }
    }

    Charset of(int font) {
        return fonts.getOrDefault(font, document);
    }

    Charset defaultCharset() {
        return of(defaultFont);
    }

    private static Charset ofFont(int charset, Charset otherwise) {
        return switch (charset) {
            case 0, 2 -> LATIN;
            case 77 -> named("x-MacRoman", otherwise);
            case 128 -> ofPage(932, otherwise);
            case 129 -> ofPage(949, otherwise);
            case 130 -> ofPage(1361, otherwise);
            case 134 -> ofPage(936, otherwise);
            case 136 -> ofPage(950, otherwise);
            case 161 -> ofPage(1253, otherwise);
            case 162 -> ofPage(1254, otherwise);
            case 163 -> ofPage(1258, otherwise);
            case 177 -> ofPage(1255, otherwise);
            case 178 -> ofPage(1256, otherwise);
            case 186 -> ofPage(1257, otherwise);
            case 204 -> ofPage(1251, otherwise);
            case 222 -> ofPage(874, otherwise);
            case 238 -> ofPage(1250, otherwise);
            case 254 -> ofPage(437, otherwise);
            case 255 -> ofPage(850, otherwise);
            default -> otherwise;
        };
    }

    private static Charset ofPage(int page, Charset otherwise) {
        String name =
                switch (page) {
                    case 932 -> "windows-31j";
                    case 936 -> "GBK";
                    case 949 -> "x-windows-949";
                    case 950 -> "Big5";
                    case 1361 -> "x-Johab";
                    case 10000 -> "x-MacRoman";
                    case 65001 -> "UTF-8";
                    default -> page >= 1250 && page <= 1258 ? "windows-" + page : "Cp" + page;
                };
        return named(name, otherwise);
    }

    private static Charset named(String name, Charset otherwise) {
        return name.length() < 40 && name.matches("[\\w-]+") && Charset.isSupported(name)
                ? Charset.forName(name)
                : otherwise;
    }
}
