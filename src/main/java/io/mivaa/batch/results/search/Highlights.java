package io.mivaa.batch.results.search;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds a query's words in a text. PostgreSQL decides which words match, so that exactly the words that search found
 * are marked. This class computes their offsets, because PostgreSQL's ts_headline returns a changed text without
 * offsets.
 */
final class Highlights {

    private static final String LETTERS = "[\\p{L}\\p{M}\\p{N}]++";
    private static final Pattern WORD = Pattern.compile(LETTERS);

    /** A token such as 3.14, a host name or an address, which PostgreSQL treats as one word. */
    private static final Pattern COMPOUND = Pattern.compile(LETTERS + "(?:[-.,@_/'’:]++" + LETTERS + ")*+");

    private Highlights() {}

    /** @param end offset after the last UTF-16 unit */
    record Span(int start, int end) {}

    /** All words and compounds of the texts. */
    static Set<String> candidates(Collection<String> texts) {
        Set<String> candidates = new HashSet<>();
        for (String text : texts) {
            Stream.of(WORD, COMPOUND)
                    .flatMap(pattern -> pattern.matcher(text).results())
                    .forEach(match -> candidates.add(match.group()));
        }
        return candidates;
    }

    /** @param matching the {@link #candidates} that match the query */
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
