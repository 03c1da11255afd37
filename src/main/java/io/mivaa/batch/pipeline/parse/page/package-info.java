/** The output of every parser: Markdown with blocks, tables, cleaned text and dates. Independent of input formats. */
@NullMarked
package io.mivaa.batch.pipeline.parse.page;

import org.jspecify.annotations.NullMarked;
