package io.mivaa.batch.pipeline.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a document, fit to be embedded and found.
 *
 * @param index 0-based position in the document
 * @param text {@code document.text().substring(start, end)}
 * @param start offset in UTF-16 units, never inside a surrogate pair
 * @param end offset after the last unit
 * @param pages null when the source has no pages
 * @param headings the path of headings it stands under, outermost first
 * @param kind of its only or largest block
 * @param context put before the text when it is embedded, and nowhere else: the heading path, and for a later piece
 *     of a table its header row; empty or ending in a line feed
 * @param tokens of context and text together, in the embedding model's count with its special tokens
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

    /** What the embedder gets to see. */
    public String embeddedText() {
        return context + text;
    }
}
