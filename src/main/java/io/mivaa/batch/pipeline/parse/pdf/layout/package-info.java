/** Puts the words and tables of a page into reading order. */
@NullMarked
package io.mivaa.batch.pipeline.parse.pdf.layout;

import org.jspecify.annotations.NullMarked;
