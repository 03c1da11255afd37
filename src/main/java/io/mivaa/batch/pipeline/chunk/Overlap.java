package io.mivaa.batch.pipeline.chunk;

import java.util.List;

/** Finds where a chunk must start to repeat the end of the chunk before it. Not thread-safe: one per section. */
final class Overlap {

    private final Splitter splitter;
    private final Assembly assembly;

    Overlap(Splitter splitter, Assembly assembly) {
        this.splitter = splitter;
        this.assembly = assembly;
    }

    /**
     * The start of an overlap of at most {@code tokens}. Counts the overlap as a whole, because the white space between
     * pieces may count as well.
     *
     * @param before the pieces of the chunk before; empty for the first chunk
     * @param beforeStart the start of the chunk before
     * @param first the start of the chunk without an overlap, which is returned if nothing can be repeated
     */
    int start(List<Piece> before, int beforeStart, int tokens, int first) {
        int wanted = before.isEmpty() ? 0 : tokens;
        while (wanted > 0) {
            int reached = reachBack(before, wanted, beforeStart, first);
            int excess = assembly.tokens(reached, first) - tokens;
            if (excess <= 0) {
                return reached;
            }
            wanted -= excess;
        }
        return first;
    }

    /**
     * The earliest meaningful boundary (of a block, sentence, row or word) after which the pieces have at most so many
     * tokens.
     *
     * @param floor the boundary must be after this offset
     * @param from the boundary if no piece fits
     */
    private int reachBack(List<Piece> before, int tokens, int floor, int from) {
        int reached = from;
        int left = tokens;
        for (int i = before.size() - 1; i >= 0; i--) {
            Piece piece = before.get(i);
            if (piece.tokens() > left || piece.start() <= floor) {
                return reached < from ? reached : reachBack(splitter.meaningfulParts(piece), left, floor, from);
            }
            reached = piece.start();
            left -= piece.tokens();
        }
        return reached;
    }
}
