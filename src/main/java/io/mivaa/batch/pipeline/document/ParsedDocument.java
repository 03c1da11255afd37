package io.mivaa.batch.pipeline.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a parser: canonical Markdown text, and blocks with offsets into it.
 *
 * <p>For text and Markdown sources the text is the decoded source itself, with only the byte order mark, CRLF and
 * U+0000 normalised. Every character of the text that is not white space lies in exactly one block.
 *
 * @param text canonical Markdown, "\n" line ends, no U+0000, no lone surrogates
 * @param blocks in reading order, without overlap
 * @param pages number of pages that were read, null when the source has none
 */
public record ParsedDocument(
        String text,
        List<Block> blocks,
        Metadata metadata,
        @Nullable Integer pages,
        List<Warning> warnings) {

    public ParsedDocument {
        blocks = List.copyOf(blocks);
        warnings = List.copyOf(warnings);
        int last = 0;
        for (Block block : blocks) {
            if (block.start() < last || block.end() > text.length()) {
                throw new IllegalArgumentException("block " + block.start() + ".." + block.end()
                        + " overlaps the one before or leaves the text of length " + text.length());
            }
            last = block.end();
        }
    }

    public String textOf(Block block) {
        return text.substring(block.start(), block.end());
    }
}
