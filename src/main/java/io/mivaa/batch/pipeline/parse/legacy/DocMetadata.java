package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.Map;
import org.apache.poi.hpsf.SummaryInformation;
import org.jspecify.annotations.Nullable;

/** Reads the metadata of a Word document from its summary information. */
final class DocMetadata {

    private DocMetadata() {}

    static Metadata of(@Nullable SummaryInformation summary) {
        if (summary == null) {
            return Metadata.NONE;
        }
        Map<String, String> other = new HashMap<>();
        put(other, "subject", summary.getSubject());
        put(other, "keywords", summary.getKeywords());
        put(other, "description", summary.getComments());
        put(other, "lastModifiedBy", summary.getLastAuthor());
        return new Metadata(
                CleanText.lineOrNull(summary.getTitle()),
                CleanText.lineOrNull(summary.getAuthor()),
                null,
                instant(summary.getCreateDateTime()),
                instant(summary.getLastSaveDateTime()),
                other);
    }

    /** An unknown date is stored as zero, which is in 1601. */
    @SuppressWarnings("JavaUtilDate") // POI returns dates in no other type
    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null || date.getTime() < 0 ? null : date.toInstant();
    }

    private static void put(Map<String, String> other, String name, @Nullable String value) {
        String line = CleanText.lineOrNull(value);
        if (line != null) {
            other.put(name, line);
        }
    }
}
