package io.mivaa.batch.pipeline.parse.page;

import io.mivaa.batch.pipeline.document.Block;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes sure that every character of a text that is not white space lies in a block. */
public final class Gaps {

    private Gaps() {}

    /** @param blocks may overlap and be in any order: the first one wins, text between them becomes paragraphs */
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

    /** Text between blank lines, each as a paragraph. */
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
