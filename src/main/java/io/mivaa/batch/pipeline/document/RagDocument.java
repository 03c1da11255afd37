package io.mivaa.batch.pipeline.document;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document ready for retrieval: the pipeline's result for a {@link Source}.
 *
 * @param title from the metadata, else the first heading, else the file name made readable
 * @param language BCP 47, null when unknown
 * @param text canonical Markdown; all offsets refer to it
 * @param blocks of the text, as the parser found them; with these, the text can be chunked again without its source
 * @param pages number of pages of the source, null when it has none
 * @param vectors one per chunk, in order: float[{@code model.dimensions()}], unit length
 */
public record RagDocument(
        String title,
        @Nullable String language,
        String text,
        List<Block> blocks,
        @Nullable Integer pages,
        Metadata metadata,
        List<Heading> headings,
        List<PlacedTable> tables,
        List<Figure> figures,
        List<Chunk> chunks,
        List<float[]> vectors,
        EmbeddingModel model,
        Quality quality) {

    /** An entry of the table of contents; {@code start} is its offset, {@code page} 1-based. */
    public record Heading(
            int level, String text, int start, @Nullable Integer page) {}

    /** A table and its place in the text. */
    public record PlacedTable(
            List<String> headers,
            List<List<String>> rows,
            @Nullable String caption,
            @Nullable Integer page,
            int start,
            int end) {}

    public record Figure(@Nullable String caption, @Nullable Integer page) {}

    /**
     * Indicators of how complete the result is.
     *
     * @param coverage share of the non-blank characters that lie in at least one chunk, 0 to 1
     * @param suspectPages 1-based pages without text, or with text that is probably wrong
     */
    public record Quality(double coverage, List<Warning> warnings, List<Integer> suspectPages) {}

    public RagDocument {
        if (vectors.size() != chunks.size()) {
            throw new IllegalArgumentException(chunks.size() + " chunks but " + vectors.size() + " vectors");
        }
    }
}
