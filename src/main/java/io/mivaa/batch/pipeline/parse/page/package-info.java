/** What every parser writes: Markdown with blocks, tables as a grid of cells, cleaned text and dates. Knows no input format. */
@NullMarked
package io.mivaa.batch.pipeline.parse.page;

import org.jspecify.annotations.NullMarked;
