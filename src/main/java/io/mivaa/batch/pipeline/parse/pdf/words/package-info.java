/** Words and tables as they are placed on a page, and how glyphs become words. */
@NullMarked
package io.mivaa.batch.pipeline.parse.pdf.words;

import org.jspecify.annotations.NullMarked;
