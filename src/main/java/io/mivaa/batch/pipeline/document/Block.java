package io.mivaa.batch.pipeline.document;

import org.jspecify.annotations.Nullable;

/**
 * A part of a parsed document: {@code text.substring(start, end)}. Blocks are in reading order and do not overlap.
 * Between two blocks there is only white space.
 *
 * @param kind of content
 * @param start offset of the first UTF-16 unit
 * @param end offset after the last UTF-16 unit, greater than {@code start}
 * @param pages that it is on, null when the source has no pages
 * @param level 1 to 6 for a heading, otherwise 0
 * @param table the cells, for a table only
 */
public record Block(
        Kind kind,
        int start,
        int end,
        @Nullable PageRange pages,
        int level,
        @Nullable Table table) {

    /** The kinds of content. */
    public enum Kind {
        HEADING,
        PARAGRAPH,
        LIST,
        TABLE,
        CODE,
        FIGURE
    }

    public Block {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("block offsets must satisfy 0 <= start < end: " + start + ".." + end);
        }
        if (kind == Kind.HEADING ? level < 1 || level > 6 : level != 0) {
            throw new IllegalArgumentException(
                    "a heading must have a level of 1 to 6, and no other block may have one: " + level);
        }
    }

    /** A block that is neither heading nor table. */
    public static Block of(Kind kind, int start, int end, @Nullable PageRange pages) {
        return new Block(kind, start, end, pages, 0, null);
    }

    public static Block heading(int level, int start, int end, @Nullable PageRange pages) {
        return new Block(Kind.HEADING, start, end, pages, level, null);
    }

    public static Block table(Table table, int start, int end, @Nullable PageRange pages) {
        return new Block(Kind.TABLE, start, end, pages, 0, table);
    }
}
