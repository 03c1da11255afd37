package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.TokenCounter;

/** How long a chunk may be, and how long things are. */
final class Budget {

    /** More tokens than any chunk may have. */
    static final int TOO_LONG = 1 << 20;

    /**
     * A tokenizer may count an endless run of letters as one unknown token, and white space as nothing. Ordinary text
     * has three to six characters per token.
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

    /** What is left for the text after a context. */
    int roomBeside(int contextTokens) {
        return maxTokens - specialTokens - contextTokens;
    }

    /** With special tokens, as the model sees it. */
    int exactly(String text) {
        return counter.count(text);
    }

    /** Without special tokens, so that lengths can be added up. */
    int tokens(String text) {
        return text.length() > maxCharacters() ? TOO_LONG : Math.max(0, counter.count(text) - specialTokens);
    }
}
