package io.mivaa.batch.pipeline;

/**
 * What one document may cost a parser; beyond it the document is {@link Rejected}.
 *
 * @param maxPages pages that are read
 * @param maxCharacters UTF-16 units of the canonical text
 */
public record ParseLimits(int maxPages, int maxCharacters) {

    public ParseLimits {
        if (maxPages < 1 || maxCharacters < 1) {
            throw new IllegalArgumentException("limits must be positive: " + maxPages + ", " + maxCharacters);
        }
    }
}
