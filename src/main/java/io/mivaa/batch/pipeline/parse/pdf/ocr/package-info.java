/** Reads scanned pages with Tesseract. */
@NullMarked
package io.mivaa.batch.pipeline.parse.pdf.ocr;

import org.jspecify.annotations.NullMarked;
