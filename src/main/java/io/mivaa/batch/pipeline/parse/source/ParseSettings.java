package io.mivaa.batch.pipeline.parse.source;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How documents are read.
 *
 * @param pdfMemory what one PDF may keep in memory of its decoded streams; the rest goes to a temporary file
 * @param pageBase how the {@code page_chunks} of extraction results count their pages; {@code AUTO} takes a page 0 as
 *     proof that they count from zero
 */
@ConfigurationProperties("mivaa.parse")
public record ParseSettings(
        @DefaultValue("16MB") DataSize pdfMemory,
        @DefaultValue("AUTO") PageBase pageBase) {

    /** Where a count of pages begins. */
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
