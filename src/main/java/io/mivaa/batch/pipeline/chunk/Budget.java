package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.TokenCounter;

/** The limits of a chunk, and the lengths of texts. */
final class Budget {

    /** A length above every limit. */
    static final int TOO_LONG = 1 << 20;

    /**
     * A tokenizer may count a very long run of letters as one unknown token, and white space as none. Ordinary text has
     * three to six characters per token.
     */
    private static final int MAX_CHARACTERS_PER_TOKEN = 32;

    private final TokenCounter counter;
    private final int maxTokens;
    private final int specialTokens;

    Budget(TokenCounter counter, int maxTokens) {
        this.counter = counter;
        this.maxTokens = maxTokens;
        this.specialTokens = counter.count("");
    }

    int maxTokens() {
        return maxTokens;
    }

    int maxCharacters() {
        return maxTokens * MAX_CHARACTERS_PER_TOKEN;
    }

    /** The tokens available for the text beside a context. */
    int roomBeside(int contextTokens) {
        return maxTokens - specialTokens - contextTokens;
    }

    /** The exact length for the model, special tokens included. */
    int exactly(String text) {
        return counter.count(text);
    }

    /** The length without special tokens, so that lengths can be added. */
    int tokens(String text) {
        return text.length() > maxCharacters() ? TOO_LONG : Math.max(0, counter.count(text) - specialTokens);
    }
}
