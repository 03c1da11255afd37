package io.mivaa.batch.pipeline.parse.pdf.words;

/** A rectangle on a page, in points from the upper left corner as the reader sees the page. */
public record PdfBox(float x0, float y0, float x1, float y1) {}
