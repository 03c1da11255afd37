package io.mivaa.planted.pipeline.parse.html;

import io.mivaa.planted.pipeline.parse.pdf.ReadsPdf;

/** A parser that uses one of its own line. */
final class LooksAside {
    final ReadsPdf beside = new ReadsPdf();
}
