package io.mivaa.batch.pipeline.parse.rtf;

import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The metadata of an RTF file, by the control words of its group {@code info}. Not thread-safe. */
final class RtfInfo {

    private final Map<String, String> values = new HashMap<>();

    /** Adds a value. The first value of a word counts. */
    void add(String word, String value) {
        values.putIfAbsent(word, value);
    }

    Metadata metadata() {
        Map<String, String> other = new HashMap<>();
        put(other, "subject", "subject");
        put(other, "keywords", "keywords");
        put(other, "description", "doccomm");
        put(other, "lastModifiedBy", "operator");
        return new Metadata(of("title"), of("author"), null, moment("creatim"), moment("revtim"), other);
    }

    private @Nullable Instant moment(String word) {
        return Dates.instant(of(word));
    }

    private void put(Map<String, String> other, String as, String word) {
        String value = of(word);
        if (value != null) {
            other.put(as, value);
        }
    }

    private @Nullable String of(String word) {
        return CleanText.lineOrNull(values.get(word));
    }
}
