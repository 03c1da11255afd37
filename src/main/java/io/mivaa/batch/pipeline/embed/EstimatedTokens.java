package io.mivaa.batch.pipeline.embed;

import io.mivaa.batch.pipeline.TokenCounter;

/**
 * Estimates tokens for a model whose tokenizer is not available, too many rather than too few. English has 4 to 5
 * letters per token in the usual byte pair encodings; the estimate is 3. Two digits count as a token, as does every
 * other ASCII character. All other characters count as one token per two bytes of UTF-8 (a Cyrillic letter 1, a Chinese
 * character 1.5, an emoji 2).
 */
enum EstimatedTokens implements TokenCounter {
    INSTANCE;

    private static final int SIXTHS = 6;
    private static final int SPECIAL = 2;

    @Override
    public int count(String text) {
        long sixths = text.codePoints().mapToLong(EstimatedTokens::sixths).sum();
        return (int) Math.min(Integer.MAX_VALUE, (sixths + SIXTHS - 1) / SIXTHS + SPECIAL);
    }

    private static int sixths(int c) {
        if (c >= 0x80) {
            return (c < 0x800 ? 2 : c < 0x10000 ? 3 : 4) * SIXTHS / 2;
        }
        return Character.isLetter(c) || c == ' ' ? SIXTHS / 3 : Character.isDigit(c) ? SIXTHS / 2 : SIXTHS;
    }
}
