package io.mivaa.batch.pipeline.parse.pdf.ocr;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * OCR for pages without text.
 *
 * @param enabled whether to use Tesseract when it is installed
 * @param command the Tesseract program: a name on the path, or a file
 * @param languages by the names that Tesseract gives them; those that are not installed are left out
 * @param resolution at which a page is rendered, in dots per inch; lower for a page that would exceed maxPixels
 * @param maxPixels of a rendered page and of an image on it; a page with a larger image is not read
 * @param maxPages read per document; each further page gets a warning
 * @param pageTimeout after which a page is left unread
 */
@ConfigurationProperties("mivaa.parse.ocr")
public record OcrSettings(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("tesseract") String command,
        @DefaultValue("eng") List<String> languages,
        @DefaultValue("300") int resolution,
        @DefaultValue("40000000") long maxPixels,
        @DefaultValue("200") int maxPages,
        @DefaultValue("60s") Duration pageTimeout) {

    public OcrSettings {
        languages = List.copyOf(languages);
        if (command.isBlank()) {
            throw new IllegalArgumentException("mivaa.parse.ocr.command must name a program");
        }
        if (resolution < 72 || resolution > 1200) {
            throw new IllegalArgumentException("mivaa.parse.ocr.resolution must be between 72 and 1200: " + resolution);
        }
        if (maxPixels < 100_000 || maxPages < 0) {
            throw new IllegalArgumentException(
                    "mivaa.parse.ocr.max-pixels must be at least 100000 and max-pages not negative: " + maxPixels + ", "
                            + maxPages);
        }
        for (String language : languages) {
            if (!language.matches("[A-Za-z0-9_/-]{1,32}")) {
                throw new IllegalArgumentException("mivaa.parse.ocr.languages contains an invalid name: " + language);
            }
        }
        if (pageTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("mivaa.parse.ocr.page-timeout must be positive: " + pageTimeout);
        }
    }
}
