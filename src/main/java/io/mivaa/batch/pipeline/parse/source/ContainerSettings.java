package io.mivaa.batch.pipeline.parse.source;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Limits for documents with compressed or nested parts: Office files, EPUB and e-mail.
 *
 * @param maxInflated the maximum size of all parts that are read, in total, after decompression
 * @param maxRatio how many times larger than its compressed form a part of more than a megabyte may be
 * @param maxEntries the maximum number of entries of an archive
 * @param maxCells the maximum number of cells of all tables and sheets of a document
 * @param maxAttachments how many attachments of an e-mail are read; the others are only named
 * @param maxNesting how deeply attachments may be nested; 0 reads no attachments
 */
@ConfigurationProperties("mivaa.parse.container")
public record ContainerSettings(
        @DefaultValue("512MB") DataSize maxInflated,
        @DefaultValue("250") int maxRatio,
        @DefaultValue("10000") int maxEntries,
        @DefaultValue("2000000") int maxCells,
        @DefaultValue("20") int maxAttachments,
        @DefaultValue("1") int maxNesting) {

    public ContainerSettings {
        if (maxInflated.toBytes() < 1 || maxRatio < 1 || maxEntries < 1 || maxCells < 1) {
            throw new IllegalArgumentException(
                    "mivaa.parse.container.max-inflated, max-ratio, max-entries and max-cells must be positive");
        }
        if (maxAttachments < 0 || maxNesting < 0 || maxNesting > 8) {
            throw new IllegalArgumentException(
                    "mivaa.parse.container.max-attachments must not be negative, max-nesting must be 0 to 8");
        }
    }
}
