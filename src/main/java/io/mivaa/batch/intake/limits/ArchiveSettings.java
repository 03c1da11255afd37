package io.mivaa.batch.intake.limits;

import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a ZIP archive of documents may hold; one that holds more is one dead job, and none of its documents comes in.
 *
 * @param maxEntries documents in it, those of archives within it included
 * @param maxInflated bytes of all of them together
 * @param maxRatio how many times larger than the archive they may be together, from 1 MB on
 * @param maxNesting how deep archives are expanded: 1 leaves an archive within an archive alone, 0 expands none
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
