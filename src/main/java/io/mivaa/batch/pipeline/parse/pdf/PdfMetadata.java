package io.mivaa.batch.pipeline.parse.pdf;

import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.time.Instant;
import java.util.Calendar;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.jspecify.annotations.Nullable;

/** Reads the information dictionary of a PDF; damaged entries are left out. */
final class PdfMetadata {

    private PdfMetadata() {}

    static Metadata of(PDDocument document) {
        PDDocumentInformation info = document.getDocumentInformation();
        Map<String, String> other = new HashMap<>();
        put(other, "subject", line(info::getSubject));
        put(other, "keywords", line(info::getKeywords));
        put(other, "creator", line(info::getCreator));
        put(other, "producer", line(info::getProducer));
        return new Metadata(
                line(info::getTitle),
                line(info::getAuthor),
                line(() -> document.getDocumentCatalog().getLanguage()),
                instant(info::getCreationDate),
                instant(info::getModificationDate),
                other);
    }

    private static void put(Map<String, String> other, String name, @Nullable String value) {
        if (value != null) {
            other.put(name, value);
        }
    }

    private static @Nullable String line(Supplier<@Nullable String> entry) {
        try {
            return CleanText.lineOrNull(entry.get());
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static @Nullable Instant instant(Supplier<@Nullable Calendar> entry) {
        try {
            Calendar date = entry.get();
            return date == null ? null : date.toInstant();
        } catch (RuntimeException e) {
            return null;
        }
    }
}
