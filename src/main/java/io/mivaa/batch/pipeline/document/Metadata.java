package io.mivaa.batch.pipeline.document;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a document declares about itself; everything is optional.
 *
 * @param language BCP 47, as declared by the document
 * @param other further fields, by name
 */
public record Metadata(
        @Nullable String title,
        @Nullable String author,
        @Nullable String language,
        @Nullable Instant createdAt,
        @Nullable Instant modifiedAt,
        Map<String, String> other) {

    public static final Metadata NONE = new Metadata(null, null, null, null, null, Map.of());

    public Metadata {
        other = Map.copyOf(other);
    }
}
