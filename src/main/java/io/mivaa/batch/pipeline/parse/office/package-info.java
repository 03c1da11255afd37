/** Shared by the office formats: the flow of headings and paragraphs, sheets, hidden cells, list numbers and links. */
@NullMarked
package io.mivaa.batch.pipeline.parse.office;

import org.jspecify.annotations.NullMarked;
