package io.mivaa.batch.pipeline.document;

import org.jspecify.annotations.Nullable;

/**
 * A problem with a document that succeeded nevertheless.
 *
 * @param code kebab-case, stable, for example {@code ragged-table}
 * @param message a sentence; never text of the document
 * @param page 1-based, null when the warning does not concern a single page
 */
public record Warning(String code, String message, @Nullable Integer page) {

    public Warning(String code, String message) {
        this(code, message, null);
    }
}
