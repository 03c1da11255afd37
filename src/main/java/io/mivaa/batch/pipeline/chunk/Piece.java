package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.util.List;

/**
 * What is packed into chunks: a block, or a part of one. Neither starts nor ends with white space.
 *
 * @param block what it is, or is a part of
 * @param path the headings over it, outermost first
 * @param cuts how many of the kind's cuts have been used to get here
 * @param tokens without special tokens; {@link Budget#TOO_LONG} when it was not worth counting
 */
record Piece(Block block, List<RagDocument.Heading> path, int start, int end, int cuts, int tokens) {

    boolean isHeading() {
        return block.kind() == Block.Kind.HEADING;
    }

    /** Whether it is words or characters of what was too long, by the cuts of {@link Cut#of}. */
    boolean isTorn() {
        return cuts > 0 && Cut.of(block.kind()).get(cuts - 1).compareTo(Cut.WORDS) >= 0;
    }
}
