package io.mivaa.batch.pipeline.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a document: the unit that is embedded and that search finds.
 *
 * @param index 0-based position in the document
 * @param text {@code document.text().substring(start, end)}
 * @param start offset in UTF-16 units, never inside a surrogate pair
 * @param end offset after the last unit
 * @param pages null when the source has no pages
 * @param headings the path of headings above it, outermost first
 * @param kind of its largest block
 * @param context added before the text only for embedding: the heading path and, for a later part of a table, its
 *     header row; empty or ending in a line feed
 * @param tokens of context and text together, as the embedding model counts them, special tokens included
 * @param sha256 of the text in UTF-8, 64 lower-case hex digits
 */
public record Chunk(
        int index,
        String text,
        int start,
        int end,
        @Nullable PageRange pages,
        List<String> headings,
        Block.Kind kind,
        String context,
        int tokens,
        String sha256) {

    public Chunk {
        headings = List.copyOf(headings);
        if (end - start != text.length() || text.isEmpty()) {
            throw new IllegalArgumentException(
                    "chunk " + index + " has offsets " + start + ".." + end + " but a text of length " + text.length());
        }
    }

    /** The text that is embedded. */
    public String embeddedText() {
        return context + text;
    }
}
