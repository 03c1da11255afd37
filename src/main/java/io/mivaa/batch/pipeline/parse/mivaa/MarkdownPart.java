package io.mivaa.batch.pipeline.parse.mivaa;

import org.jspecify.annotations.Nullable;

/**
 * A part of the Markdown of an extraction result.
 *
 * @param page 1-based, null when unknown
 */
record MarkdownPart(String markdown, @Nullable Integer page) {}
