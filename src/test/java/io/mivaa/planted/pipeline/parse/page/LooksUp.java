package io.mivaa.planted.pipeline.parse.page;

import io.mivaa.planted.pipeline.parse.pdf.ReadsPdf;

/** A room at the bottom that uses one above it. */
final class LooksUp {
    final ReadsPdf above = new ReadsPdf();
}
