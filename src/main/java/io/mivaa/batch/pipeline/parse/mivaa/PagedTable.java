package io.mivaa.batch.pipeline.parse.mivaa;

import io.mivaa.batch.pipeline.document.Table;
import org.jspecify.annotations.Nullable;

/**
 * A table of an extraction result.
 *
 * @param page 1-based, null when unknown
 */
record PagedTable(Table table, @Nullable Integer page) {}
