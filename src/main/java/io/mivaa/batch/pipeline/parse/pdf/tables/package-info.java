/** Finds the tables of a page: those drawn with ruling lines, and those aligned by white space alone. */
@NullMarked
package io.mivaa.batch.pipeline.parse.pdf.tables;

import org.jspecify.annotations.NullMarked;
