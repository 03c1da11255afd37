package io.mivaa.batch.pipeline;

/**
 * Limits of a document; a document that exceeds one is {@link Rejected}.
 *
 * @param maxPages pages
 * @param maxCharacters UTF-16 units of the canonical text
 */
public record ParseLimits(int maxPages, int maxCharacters) {

    public ParseLimits {
        if (maxPages < 1 || maxCharacters < 1) {
            throw new IllegalArgumentException("limits must be positive: " + maxPages + ", " + maxCharacters);
        }
    }
}
