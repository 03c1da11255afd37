package io.mivaa.batch.results;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds a query's words in a text. Which words match is PostgreSQL's decision, so that what is marked is what was
 * found; where they stand is ours, since its ts_headline changes the text and so has no offsets.
 */
final class Highlights {

    private static final String LETTERS = "[\\p{L}\\p{M}\\p{N}]+";
    private static final Pattern WORD = Pattern.compile(LETTERS);

    /** Such as 3.14, a host or an address, which PostgreSQL takes as one. */
    private static final Pattern COMPOUND = Pattern.compile(LETTERS + "(?:[-.,@_/'’:]+" + LETTERS + ")*");

    private Highlights() {}

    /** @param end after the last UTF-16 unit */
    record Span(int start, int end) {}

    /** Everything in the texts that could be marked. */
    static Set<String> candidates(Collection<String> texts) {
        Set<String> candidates = new HashSet<>();
        for (String text : texts) {
            Stream.of(WORD, COMPOUND)
                    .flatMap(pattern -> pattern.matcher(text).results())
                    .forEach(match -> candidates.add(match.group()));
        }
        return candidates;
    }

    /** @param matching those of the {@link #candidates} that belong to the query */
    static List<Span> in(String text, Set<String> matching) {
        List<Span> spans = new ArrayList<>();
        COMPOUND.matcher(text).results().forEach(compound -> {
            List<Span> words = WORD.matcher(compound.group())
                    .results()
                    .filter(word -> matching.contains(word.group()))
                    .map(word -> span(word, compound.start()))
                    .toList();
            if (!words.isEmpty()) {
                spans.addAll(words);
            } else if (matching.contains(compound.group())) {
                spans.add(span(compound, 0));
            }
        });
        return spans;
    }

    private static Span span(MatchResult match, int offset) {
        return new Span(offset + match.start(), offset + match.end());
    }
}
