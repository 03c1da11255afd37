package io.mivaa.batch.pipeline.document;

import org.jspecify.annotations.Nullable;

/**
 * Something a reader of the result should know, though the document succeeded.
 *
 * @param code kebab-case, stable, for example {@code ragged-table}
 * @param message a sentence; never text of the document
 * @param page 1-based, null when it concerns no single page
 */
public record Warning(String code, String message, @Nullable Integer page) {

    public Warning(String code, String message) {
        this(code, message, null);
    }
}
