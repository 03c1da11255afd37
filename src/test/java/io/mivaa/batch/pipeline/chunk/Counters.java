package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.TokenCounter;

/** Tokenizers one can count by hand. */
final class Counters {

    /** A token per word, and two special ones. */
    static final TokenCounter WORDS =
            text -> 2 + (text.isBlank() ? 0 : text.strip().split("\\s+", -1).length);

    /** Like WordPiece: five letters a token, but a word of more than a hundred letters is unknown and counts one. */
    static final TokenCounter PIECES = text -> {
        int count = 2;
        for (String word : text.strip().split("\\s+", -1)) {
            count += word.length() > 100 ? 1 : (word.length() + 4) / 5;
        }
        return count;
    };

    /** A token per code point: nothing is cheap. */
    static final TokenCounter CHARACTERS = text -> 2 + text.codePointCount(0, text.length());

    /** Lengths that do not add up: the whole is longer than its parts. */
    static final TokenCounter UNEVEN = text -> 1 + text.length() / 7 + Math.min(3, text.length() / 20);

    private Counters() {}
}
