package io.mivaa.batch.pipeline;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits for each document that is parsed.
 *
 * @param maxPages a document with more pages is rejected
 * @param maxCharacters a document with more text, in UTF-16 units, is rejected
 */
@ConfigurationProperties("mivaa.parse")
record ParseLimitsSettings(
        @DefaultValue("5000") int maxPages,
        @DefaultValue("20000000") int maxCharacters) {

    ParseLimitsSettings {
        new ParseLimits(maxPages, maxCharacters);
    }

    ParseLimits limits() {
        return new ParseLimits(maxPages, maxCharacters);
    }
}
