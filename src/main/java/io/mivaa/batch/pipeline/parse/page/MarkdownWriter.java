package io.mivaa.batch.pipeline.parse.page;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes canonical Markdown and records the offsets of each block. Blocks are separated by a blank line; empty blocks
 * are left out. Not thread-safe.
 */
public final class MarkdownWriter {

    private final ParseLimits limits;
    private final StringBuilder text = new StringBuilder();
    private final List<Block> blocks = new ArrayList<>();
    private @Nullable PageRange page;

    public MarkdownWriter(ParseLimits limits) {
        this.limits = limits;
    }

    public boolean isEmpty() {
        return blocks.isEmpty();
    }

    /** The page, 1-based, of blocks that are written without pages of their own. */
    public void page(int number) {
        page = new PageRange(number, number);
    }

    private @Nullable PageRange orCurrent(@Nullable PageRange pages) {
        return pages == null ? page : pages;
    }

    public void heading(int level, String words, @Nullable PageRange pages) {
        String line = CleanText.line(words);
        if (!line.isEmpty()) {
            int start = append("#".repeat(level) + " " + line);
            blocks.add(Block.heading(level, start, text.length(), orCurrent(pages)));
        }
    }

    /** Writes a paragraph, list or figure; use {@link #code} for code. */
    public void block(Block.Kind kind, String content, @Nullable PageRange pages) {
        String clean = trimmed(CleanText.printable(content));
        if (!clean.isEmpty()) {
            int start = append(clean);
            blocks.add(Block.of(kind, start, text.length(), orCurrent(pages)));
        }
    }

    public void code(String content, @Nullable PageRange pages) {
        code(content, "", pages);
    }

    /** @param language empty when unknown */
    public void code(String content, String language, @Nullable PageRange pages) {
        String clean = CleanText.normalised(content);
        if (!clean.isBlank()) {
            String fence = fenceFor(clean);
            int start = append(fence + language + "\n" + clean.stripTrailing() + "\n" + fence);
            blocks.add(Block.of(Block.Kind.CODE, start, text.length(), orCurrent(pages)));
        }
    }

    /** Writes the caption, if any, and the grid as one block. */
    public void table(Table table, @Nullable PageRange pages) {
        String grid = TableText.markdown(table);
        if (!grid.isEmpty()) {
            String caption = table.caption();
            int start = append(caption == null || caption.isBlank() ? grid : CleanText.line(caption) + "\n\n" + grid);
            blocks.add(Block.table(table, start, text.length(), orCurrent(pages)));
        }
    }

    /** Appends canonical text with blocks of its own. */
    public void copy(String source, List<Block> sourceBlocks, @Nullable PageRange pages) {
        if (sourceBlocks.isEmpty()) {
            return;
        }
        int from = sourceBlocks.get(0).start();
        int to = sourceBlocks.get(sourceBlocks.size() - 1).end();
        int shift = append(source.substring(from, to)) - from;
        for (Block block : sourceBlocks) {
            blocks.add(new Block(
                    block.kind(), block.start() + shift, block.end() + shift, pages, block.level(), block.table()));
        }
    }

    /** @throws Rejected when nothing was written */
    public ParsedDocument finish(Metadata metadata, @Nullable Integer pages, List<Warning> warnings) {
        if (isEmpty()) {
            throw new Rejected("no-text", "The document has no text.");
        }
        return new ParsedDocument(text.toString(), blocks, metadata, pages, warnings);
    }

    private int append(String content) {
        if (text.length() > 0) {
            text.append("\n\n");
        }
        if ((long) text.length() + content.length() > limits.maxCharacters()) {
            throw tooMuchText(limits);
        }
        int start = text.length();
        text.append(content);
        return start;
    }

    public static Rejected tooMuchText(ParseLimits limits) {
        return new Rejected(
                "too-much-text",
                "The document has more text than the limit of " + limits.maxCharacters() + " characters.");
    }

    private static String fenceFor(String code) {
        int longest = 2;
        int run = 0;
        for (int i = 0; i < code.length(); i++) {
            run = code.charAt(i) == '`' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        return "`".repeat(longest + 1);
    }

    /** Keeps the indentation of all lines after the first, which lists need, and strips only outer white space. */
    private static String trimmed(String content) {
        int start = 0;
        int end = content.length();
        while (end > start && CleanText.isSpace(content.charAt(end - 1))) {
            end--;
        }
        while (start < end && CleanText.isSpace(content.charAt(start))) {
            start++;
        }
        return content.substring(start, end);
    }
}
