package io.mivaa.batch.pipeline.document;

import java.util.List;
import java.util.regex.Pattern;

/** The headings of a parsed document as plain text. */
public final class Outline {

    /** Every chunk below a heading stores it again, so its length is limited. */
    private static final int MAX_LENGTH = 256;

    private static final Pattern UNDERLINE = Pattern.compile("\\n[ \\t]*(?:=+|-+)[ \\t]*$");
    private static final Pattern HASHES = Pattern.compile("^#{1,6}(?=\\s|$)|(?:(?<=\\s)|^)#+$");
    private static final Pattern EQUAL_SIGNS = Pattern.compile("^=(?: ?=){0,5}([^=]+)=(?: ?=){0,5}$");
    private static final Pattern LINK = Pattern.compile("!?\\[([^\\[\\]]*)\\]\\([^()\\s]*\\)");
    private static final Pattern STRONG = Pattern.compile("(\\*\\*|__|~~|`)(?=\\S)(.{1,900}?)(?<=\\S)\\1");
    private static final Pattern EMPHASIS =
            Pattern.compile("(?<![\\w*])([*_])(?=[^\\s*_])([^*_]+)(?<=\\S)\\1(?![\\w*])");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(\\p{Punct})");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private Outline() {}

    /** In reading order. The page of a heading is the one it starts on. */
    public static List<RagDocument.Heading> of(ParsedDocument document) {
        return document.blocks().stream()
                .filter(block -> block.kind() == Block.Kind.HEADING)
                .map(block -> heading(document, block))
                .toList();
    }

    private static RagDocument.Heading heading(ParsedDocument document, Block block) {
        PageRange pages = block.pages();
        int end = Math.min(block.end(), block.start() + 8 * MAX_LENGTH);
        String text = withoutMarks(document.text().substring(block.start(), end));
        return new RagDocument.Heading(block.level(), text, block.start(), pages == null ? null : pages.first());
    }

    /** A heading's text without Markdown or wiki markup, on one line, at most 256 UTF-16 units. */
    static String withoutMarks(String markdown) {
        String text = UNDERLINE.matcher(markdown.strip()).replaceFirst("");
        text = HASHES.matcher(text.strip()).replaceAll("").strip();
        text = EQUAL_SIGNS.matcher(text).replaceFirst("$1").strip();
        text = LINK.matcher(text).replaceAll("$1");
        text = STRONG.matcher(text).replaceAll("$2");
        text = EMPHASIS.matcher(text).replaceAll("$2");
        text = ESCAPE.matcher(text).replaceAll("$1");
        return shortened(BLANKS.matcher(text).replaceAll(" ").strip());
    }

    private static String shortened(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int end = MAX_LENGTH - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
    }
}
