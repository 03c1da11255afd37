/** PDF: a page goes through the packages words, tables, layout, lines and flow; ocr reads scanned pages. */
@NullMarked
package io.mivaa.batch.pipeline.parse.pdf;

import org.jspecify.annotations.NullMarked;
