package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.source.JsonFields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the metadata of an extraction result. Missing values stay unknown. */
final class MivaaMetadata {

    private MivaaMetadata() {}

    static Metadata of(JsonFields result) {
        return new Metadata(
                text(result, "title"),
                text(result, "author"),
                text(result, "language"),
                Dates.instant(text(result, "creationDate", "creation_date", "createdAt", "created_at")),
                Dates.instant(text(result, "modificationDate", "modification_date", "modDate")),
                other(result));
    }

    private static @Nullable String text(JsonFields result, String... names) {
        for (String prefix : List.of("metadata.", "content.metadata.", "")) {
            for (String name : names) {
                String value = result.line(prefix + name);
                if (value != null) {
                    return value;
                }
            }
        }
        return null;
    }

    private static Map<String, String> other(JsonFields result) {
        Map<String, String> other = new HashMap<>();
        for (String name : List.of("subject", "creator", "producer", "extractionMethod", "processingVersion")) {
            put(other, name, text(result, name));
        }
        put(other, "extractedAt", instant(text(result, "extractionTimestamp", "extractedAt", "timestamp")));
        JsonNode keywords = result.array("metadata.keywords", "keywords");
        put(
                other,
                "keywords",
                keywords == null ? text(result, "keywords") : String.join(", ", JsonFields.strings(keywords)));
        JsonNode confidence = result.node().path("metadata").path("confidence");
        put(other, "confidence", confidence.isNumber() ? confidence.asString() : null);
        return other;
    }

    private static @Nullable String instant(@Nullable String date) {
        var instant = Dates.instant(date);
        return instant == null ? null : instant.toString();
    }

    private static void put(Map<String, String> other, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            other.put(name, value);
        }
    }
}
