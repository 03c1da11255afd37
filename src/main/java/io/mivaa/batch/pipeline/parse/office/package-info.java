/** What office formats share: a flow of headings and paragraphs, sheets, hidden cells, list numbers and links. */
@NullMarked
package io.mivaa.batch.pipeline.parse.office;

import org.jspecify.annotations.NullMarked;
