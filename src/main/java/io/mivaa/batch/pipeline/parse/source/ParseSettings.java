package io.mivaa.batch.pipeline.parse.source;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings for the parsers.
 *
 * @param pdfMemory how much of the decoded streams of one PDF is held in memory; the rest goes to a temporary file
 * @param pageBase whether the {@code page_chunks} of extraction results count pages from zero or from one; {@code AUTO}
 *     assumes zero if there is a page 0
 */
@ConfigurationProperties("mivaa.parse")
public record ParseSettings(
        @DefaultValue("16MB") DataSize pdfMemory,
        @DefaultValue("AUTO") PageBase pageBase) {

    /** The number of the first page. */
    public enum PageBase {
        AUTO,
        ZERO,
        ONE
    }

    public ParseSettings {
        if (pdfMemory.toBytes() < 1024 * 1024) {
            throw new IllegalArgumentException("mivaa.parse.pdf-memory must be at least 1MB: " + pdfMemory);
        }
    }
}
