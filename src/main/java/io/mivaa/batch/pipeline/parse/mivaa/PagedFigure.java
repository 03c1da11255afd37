package io.mivaa.batch.pipeline.parse.mivaa;

import org.jspecify.annotations.Nullable;

/**
 * The description of an image of an extraction result.
 *
 * @param page 1-based, null when unknown
 */
record PagedFigure(String text, @Nullable Integer page) {}
