package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.JobStage;
import org.jspecify.annotations.Nullable;

/**
 * The progress of a running job. Values that are null stay as they are in the database.
 *
 * @param changed whether there is anything to write
 */
public record JobProgress(
        Claim claim,
        boolean changed,
        JobStage stage,
        @Nullable Integer pages,
        @Nullable Integer chunks,
        @Nullable Integer embedded) {

    /** Bytes that take about as long to read as a page, until the number of pages is known. */
    private static final int BYTES_OF_A_PAGE = 50_000;

    /**
     * The share of the work that is done, in percent. Embedding takes most of the time, so it has most of the scale.
     * The number of pages that are still to come is unknown, regardless of what the document claims, so pages bring the
     * percent nearer to the end of the parsing share without ever reaching it.
     */
    public int percent() {
        return switch (stage) {
            case PARSING -> pages == null ? 0 : (int) (10L * pages / (pages + 1L + claim.bytes() / BYTES_OF_A_PAGE));
            case CHUNKING -> 10;
            case EMBEDDING ->
                chunks == null || embedded == null || chunks == 0 ? 15 : 15 + (int) (80L * embedded / chunks);
            case STORING -> 95;
        };
    }
}
