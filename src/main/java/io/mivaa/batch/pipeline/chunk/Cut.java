package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Table;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A way to split a piece. No split loses anything but white space. */
enum Cut {
    /** Between table rows; the header row, the line under it and the first row stay together. */
    ROWS(Pattern.compile("\n")),
    LINES(Pattern.compile("\n")),
    ITEMS(Pattern.compile("\n(?=\\s{0,100}+(?:[-*+•]|\\d{1,9}[.)])\\s)")),
    PARAGRAPHS(Pattern.compile("\n[ \t]*\n")),
    /** After lines that may end a sentence: for texts that have a line for each paragraph. */
    FULL_LINES(Pattern.compile("(?<=[.!?:…。！？：][\"'”’)\\]]{0,2}[ \t]{0,2})\n")),
    /** Before lines that contain a bar: rows of a table that is not a table by the rules of Markdown. */
    BARRED_LINES(Pattern.compile("\n(?=[^\n|]*\\|)")),
    SENTENCES(null),
    /** After characters that may end a sentence: in text without capitals, {@link #SENTENCES} finds none. */
    STOPS(Pattern.compile("(?<=[.!?…][\"'”’)\\]]{0,2})\\p{javaWhitespace}+|(?<=[。！？])")),
    CLAUSES(Pattern.compile("(?<=[,;:–—])\\p{javaWhitespace}+|(?<=[、；：，])")),
    WORDS(Pattern.compile("\\p{javaWhitespace}+")),
    /** Between any two characters; {@link Splitter} determines the length of the parts. */
    CHARACTERS(null);

    private static final Pattern MARKER = Pattern.compile("\\s*(?:[-*+•]\\s+)?\\(?(?:\\d{1,3}|\\p{L})[.)]\\s*");

    private static final int HEAD_LINES = 3;

    private final @Nullable Pattern separator;

    Cut(@Nullable Pattern separator) {
        this.separator = separator;
    }

    /** The cuts for a kind of block, coarsest first. */
    static List<Cut> of(Block.Kind kind) {
        return switch (kind) {
            case TABLE -> List.of(ROWS, LINES, WORDS, CHARACTERS);
            case CODE -> List.of(LINES, WORDS, CHARACTERS);
            case LIST -> List.of(ITEMS, BARRED_LINES, SENTENCES, STOPS, LINES, CLAUSES, WORDS, CHARACTERS);
            case HEADING, PARAGRAPH, FIGURE ->
                List.of(PARAGRAPHS, FULL_LINES, BARRED_LINES, SENTENCES, STOPS, LINES, CLAUSES, WORDS, CHARACTERS);
        };
    }

    /** The cuts whose parts have no meaning of their own. */
    static Set<Cut> tearing(Block.Kind kind) {
        boolean byLines = kind == Block.Kind.TABLE || kind == Block.Kind.CODE;
        return byLines ? Set.of(WORDS, CHARACTERS) : Set.of(CHARACTERS);
    }

    List<Span> apply(String text, Piece piece) {
        List<Span> spans = separator == null ? sentences(text, piece) : between(separator, text, piece);
        return this == ROWS ? headTogether(spans, piece) : spans;
    }

    private static List<Span> between(Pattern separator, String text, Piece piece) {
        List<Span> spans = new ArrayList<>();
        Matcher matcher = separator.matcher(text).region(piece.start(), piece.end());
        int last = piece.start();
        while (matcher.find()) {
            Span.addTrimmed(spans, text, last, matcher.start());
            last = matcher.end();
        }
        Span.addTrimmed(spans, text, last, piece.end());
        return spans;
    }

    private static List<Span> sentences(String text, Piece piece) {
        List<Span> spans = new ArrayList<>();
        String part = text.substring(piece.start(), piece.end());
        BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
        sentences.setText(part);
        int last = sentences.first();
        for (int next = sentences.next(); next != BreakIterator.DONE; next = sentences.next()) {
            if (next == part.length() || !isMarker(part.substring(last, next))) {
                Span.addTrimmed(spans, text, piece.start() + last, piece.start() + next);
                last = next;
            }
        }
        return spans;
    }

    /** "3.", "C." and similar markers belong to the text after them; as separate sentences they could end a chunk. */
    private static boolean isMarker(String sentence) {
        return MARKER.matcher(sentence).matches();
    }

    private static List<Span> headTogether(List<Span> rows, Piece piece) {
        Table table = piece.block().table();
        if (table == null || table.headers().isEmpty() || rows.size() < HEAD_LINES) {
            return rows;
        }
        List<Span> joined = new ArrayList<>();
        joined.add(new Span(rows.get(0).start(), rows.get(HEAD_LINES - 1).end()));
        joined.addAll(rows.subList(HEAD_LINES, rows.size()));
        return joined;
    }
}
