package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.document.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits pieces along the coarsest cut that works. Not thread-safe: one per document. */
final class Splitter {

    /** Extended grapheme clusters, which a reader sees as one character. */
    private static final Pattern GRAPHEME = Pattern.compile("\\X");

    /** A part made of characters is accepted when it fills this share of its room. */
    private static final double FULL = 0.85;

    private final String text;
    private final Budget budget;
    private final Contexts contexts;
    private final Function<Block.Kind, List<Cut>> cutsOf;
    private final Matcher graphemes;

    /** @param cutsOf the cuts for a kind of block, coarsest first */
    Splitter(String text, Budget budget, Contexts contexts, Function<Block.Kind, List<Cut>> cutsOf) {
        this.text = text;
        this.budget = budget;
        this.contexts = contexts;
        this.cutsOf = cutsOf;
        this.graphemes = GRAPHEME.matcher(text);
    }

    /** At least two smaller parts; empty if the split would tear words, rows or lines of code. */
    List<Piece> meaningfulParts(Piece piece) {
        return parts(piece, Cut.tearing(piece.block().kind()));
    }

    /** As {@link #meaningfulParts}, but tears a piece that would otherwise be longer than a chunk. */
    List<Piece> neededParts(Piece piece) {
        List<Piece> parts = meaningfulParts(piece);
        return parts.isEmpty() && piece.tokens() > budget.roomBeside(0) ? parts(piece, Set.of()) : parts;
    }

    /** The parts along every cut except the forbidden ones; the piece itself if it cannot be split. */
    List<Piece> finest(Piece piece, Set<Cut> forbidden) {
        List<Piece> parts = parts(piece, forbidden);
        return parts.isEmpty()
                ? List.of(piece)
                : parts.stream()
                        .flatMap(part -> finest(part, forbidden).stream())
                        .toList();
    }

    private List<Piece> parts(Piece piece, Set<Cut> forbidden) {
        List<Cut> cuts = cutsOf.apply(piece.block().kind());
        for (int used = piece.cuts(); used < cuts.size() && !forbidden.contains(cuts.get(used)); used++) {
            Cut cut = cuts.get(used);
            List<Span> spans = cut == Cut.CHARACTERS ? characters(piece) : cut.apply(text, piece);
            if (spans.size() > 1) {
                return pieces(piece, spans, used + 1);
            }
        }
        return List.of();
    }

    private List<Piece> pieces(Piece whole, List<Span> spans, int cuts) {
        List<Piece> parts = new ArrayList<>(spans.size());
        for (Span span : spans) {
            int tokens = budget.tokens(text.substring(span.start(), span.end()));
            parts.add(new Piece(whole.block(), whole.path(), span.start(), span.end(), cuts, tokens));
        }
        return parts;
    }

    private List<Span> characters(Piece piece) {
        List<Span> spans = new ArrayList<>();
        int start = piece.start();
        int guess = budget.maxTokens();
        while (start < piece.end()) {
            int end = longestThatFits(piece, start, guess);
            spans.add(new Span(start, end));
            guess = end - start;
            start = end;
        }
        return spans;
    }

    /**
     * The end of a part that fits beside its context, found by interpolation. Counts need not grow with the length, so
     * every accepted end was counted. The part has at least one code point.
     */
    private int longestThatFits(Piece piece, int start, int guess) {
        int room = contexts.roomAt(piece.path(), piece.block(), start);
        int fits = next(start);
        int beyond = Math.min(piece.end(), start + budget.maxCharacters()) + 1;
        int probe = snap(start, Math.min(start + guess, beyond - 1), piece.end());
        while (probe > fits) {
            int tokens = budget.tokens(text.substring(start, probe));
            if (tokens <= room) {
                fits = probe;
            } else {
                beyond = probe;
            }
            if (tokens <= room && tokens >= room * FULL) {
                return fits;
            }
            long scaled = start + (long) (probe - start) * Math.max(room, 1) / Math.max(tokens, 1);
            int target = (int) Math.min(scaled, beyond - 1L);
            probe = snap(start, target, piece.end());
        }
        return fits;
    }

    private int next(int start) {
        return start + Character.charCount(text.codePointAt(start));
    }

    /** The last end of a grapheme up to the target; the end of a code point if the first grapheme is longer. */
    private int snap(int start, int target, int end) {
        graphemes.region(start, end);
        int last = start;
        while (graphemes.find() && graphemes.end() <= target) {
            last = graphemes.end();
        }
        if (last == start && target > start) {
            last = Character.isHighSurrogate(text.charAt(target - 1)) ? target - 1 : target;
        }
        return last;
    }
}
