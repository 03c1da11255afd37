package io.mivaa.planted.pipeline.parse.source;

import io.mivaa.planted.pipeline.parse.Chooses;

/** A room that uses what chooses among the parsers. */
final class LooksAtTheTop {
    final Chooses top = new Chooses();
}
