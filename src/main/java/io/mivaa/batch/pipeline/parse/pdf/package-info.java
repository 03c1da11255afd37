/** PDF: glyphs become words, words become lines and tables, and these become a flow of blocks. Scanned pages are read by Tesseract. */
@NullMarked
package io.mivaa.batch.pipeline.parse.pdf;

import org.jspecify.annotations.NullMarked;
