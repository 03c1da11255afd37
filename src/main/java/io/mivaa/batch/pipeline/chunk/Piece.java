package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.util.List;

/**
 * A block or a part of one, to be packed into chunks. It neither starts nor ends with white space.
 *
 * @param block the block, or the one that it is a part of
 * @param path the headings above it, outermost first
 * @param cuts how many of the cuts of the block's kind were tried to get it
 * @param tokens without special tokens; {@link Budget#TOO_LONG} when it is too long to be counted
 */
record Piece(Block block, List<RagDocument.Heading> path, int start, int end, int cuts, int tokens) {

    boolean isHeading() {
        return block.kind() == Block.Kind.HEADING;
    }

    /** Whether it came from splitting between words or characters, by the cuts of {@link Cut#of}. */
    boolean isTorn() {
        return cuts > 0 && Cut.of(block.kind()).get(cuts - 1).compareTo(Cut.WORDS) >= 0;
    }
}
