package io.mivaa.batch.results.search;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.pipeline.document.PageRange;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A search: what to find, and where.
 *
 * @param topK the number of chunks to return at most
 * @param model {@code provider/name} of the vectors to search, null when there is only one model
 */
public record Query(
        Workspace workspace,
        String text,
        int topK,
        Mode mode,
        @Nullable String model,
        Filter filter) {

    /** How to find chunks. */
    enum Mode {
        /** By both: a chunk's score adds its shares of the best score by meaning and of the best score by words. */
        @JsonProperty("hybrid")
        HYBRID,
        /** By meaning. */
        @JsonProperty("vector")
        VECTOR,
        /** By the words themselves. */
        @JsonProperty("keyword")
        KEYWORD
    }

    /**
     * Restricts what is searched. A field that is null or empty restricts nothing.
     *
     * @param batchId the batch that brought the current version of the document
     * @param tags of that batch, all of them
     * @param pages that the chunk overlaps; a chunk without pages overlaps none
     */
    public record Filter(
            @Nullable UUID batchId,
            @Nullable UUID documentId,
            List<String> tags,
            @Nullable PageRange pages) {

        static final Filter NONE = new Filter(null, null, List.of(), null);

        public Filter {
            tags = List.copyOf(tags);
        }
    }
}
