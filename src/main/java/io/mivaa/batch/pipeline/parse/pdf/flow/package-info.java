/** Writes the paragraphs of a document as headings, lists, tables and prose. */
@NullMarked
package io.mivaa.batch.pipeline.parse.pdf.flow;

import org.jspecify.annotations.NullMarked;
