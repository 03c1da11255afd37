package io.mivaa.batch.pipeline.transform;

import io.mivaa.batch.pipeline.document.Chunk;
import java.util.BitSet;
import java.util.List;

/** Computes how much of a text its chunks contain. */
final class Coverage {

    private Coverage() {}

    /** The share of the characters that are not white space and lie in at least one chunk; 1 for a blank text. */
    static double of(String text, List<Chunk> chunks) {
        BitSet covered = new BitSet(text.length());
        chunks.forEach(chunk -> covered.set(chunk.start(), chunk.end()));
        int solid = 0;
        int held = 0;
        for (int i = 0; i < text.length(); i++) {
            if (!Character.isWhitespace(text.charAt(i))) {
                solid++;
                held += covered.get(i) ? 1 : 0;
            }
        }
        return solid == 0 ? 1 : (double) held / solid;
    }
}
