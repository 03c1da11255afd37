package io.mivaa.batch.intake.limits;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The limits of a ZIP archive of documents. An archive that exceeds one becomes a dead letter, and none of its
 * documents is accepted.
 *
 * @param maxEntries documents in it, including those of nested archives
 * @param maxInflated bytes of all documents together
 * @param maxRatio how many times larger than the archive all documents together may be; checked from 1 MB on
 * @param maxNesting how deep archives are expanded: 1 does not expand archives within an archive, 0 expands none
 */
public record ArchiveSettings(
        @DefaultValue("1000") int maxEntries,
        @DefaultValue("1GB") DataSize maxInflated,
        @DefaultValue("200") int maxRatio,
        @DefaultValue("1") int maxNesting) {

    public ArchiveSettings {
        if (maxEntries < 1 || maxInflated.toBytes() < 1 || maxRatio < 1) {
            throw new IllegalArgumentException(
                    "mivaa.intake.archive.max-entries, max-inflated and max-ratio must be positive");
        }
        if (maxNesting < 0 || maxNesting > 5) {
            throw new IllegalArgumentException("mivaa.intake.archive.max-nesting must be 0 to 5: " + maxNesting);
        }
    }
}
