package io.mivaa.batch.pipeline.parse.text;

import io.mivaa.batch.pipeline.document.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Headings as MediaWiki writes them, {@code == Words ==}, which many plain or Markdown texts contain. The signs may have
 * blanks between them, as in the WikiText corpora. Their number, the same on both sides, is the level.
 */
final class WikiHeadings {

    private static final Pattern LINE = Pattern.compile(
            "(?m)^[ \\t]*+(=(?: ?=){0,5})[ \\t]*+((?=[^=\\n\\p{L}]*+\\p{L})[^=\\n]*+)(=(?: ?=){0,5})[ \\t]*+$");

    private WikiHeadings() {}

    /** The blocks, with paragraphs divided at such lines. */
    static List<Block> found(String text, List<Block> blocks) {
        if (text.indexOf('=') < 0) {
            return blocks;
        }
        List<Block> found = new ArrayList<>(blocks.size());
        for (Block block : blocks) {
            if (block.kind() == Block.Kind.PARAGRAPH) {
                split(text, block, found);
            } else {
                found.add(block);
            }
        }
        return found;
    }

    private static void split(String text, Block paragraph, List<Block> found) {
        Matcher line = LINE.matcher(text).region(paragraph.start(), paragraph.end());
        int last = paragraph.start();
        while (line.find()) {
            int level = level(line.group(1));
            if (level == level(line.group(3))) {
                add(text, last, line.start(1), found);
                found.add(Block.heading(level, line.start(1), line.end(3), null));
                last = line.end(3);
            }
        }
        if (last == paragraph.start()) {
            found.add(paragraph);
        } else {
            add(text, last, paragraph.end(), found);
        }
    }

    private static int level(String signs) {
        return (int) signs.chars().filter(c -> c == '=').count();
    }

    private static void add(String text, int from, int to, List<Block> found) {
        int start = from;
        int end = to;
        while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        while (start < end && Character.isWhitespace(text.charAt(start))) {
            start++;
        }
        if (start < end) {
            found.add(Block.of(Block.Kind.PARAGRAPH, start, end, null));
        }
    }
}
