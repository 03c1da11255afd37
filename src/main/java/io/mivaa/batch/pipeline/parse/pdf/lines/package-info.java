/** Lines of text, the pages they are on, and the paragraphs they form. */
@NullMarked
package io.mivaa.batch.pipeline.parse.pdf.lines;

import org.jspecify.annotations.NullMarked;
