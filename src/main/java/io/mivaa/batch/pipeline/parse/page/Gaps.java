package io.mivaa.batch.pipeline.parse.page;

import io.mivaa.batch.pipeline.document.Block;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Ensures that every character of a text that is not white space is in a block. */
public final class Gaps {

    private Gaps() {}

    /** @param blocks in any order; where two overlap the earlier one is kept, and text between blocks becomes paragraphs */
    public static List<Block> filled(String text, List<Block> blocks) {
        List<Block> sorted = new ArrayList<>(blocks);
        sorted.sort(Comparator.comparingInt(Block::start));
        List<Block> filled = new ArrayList<>(sorted.size());
        int last = 0;
        for (Block block : sorted) {
            if (block.start() >= last) {
                paragraphs(text, last, block.start(), filled);
                filled.add(block);
                last = block.end();
            }
        }
        paragraphs(text, last, text.length(), filled);
        return filled;
    }

    /** Makes each text between blank lines a paragraph. */
    public static List<Block> paragraphs(String text) {
        List<Block> blocks = new ArrayList<>();
        paragraphs(text, 0, text.length(), blocks);
        return blocks;
    }

    private static void paragraphs(String text, int from, int to, List<Block> blocks) {
        int start = -1;
        int end = -1;
        boolean blankLine = true;
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                if (blankLine && start >= 0) {
                    blocks.add(Block.of(Block.Kind.PARAGRAPH, start, end, null));
                    start = -1;
                }
                blankLine = true;
            } else if (!Character.isWhitespace(c)) {
                start = start < 0 ? i : start;
                end = i + 1;
                blankLine = false;
            }
        }
        if (start >= 0) {
            blocks.add(Block.of(Block.Kind.PARAGRAPH, start, end, null));
        }
    }
}
