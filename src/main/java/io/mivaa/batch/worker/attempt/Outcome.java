package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a successful attempt wants committed.
 *
 * @param document the output of the pipeline; null to reuse an earlier result that the claim knows of
 * @param fingerprint of the pipeline settings
 * @param timings milliseconds by stage
 */
record Outcome(Claim claim, @Nullable RagDocument document, String fingerprint, Map<String, Long> timings) {

    /** The earlier result to reuse; null if the pipeline made a new one. */
    @Nullable
    UUID reused() {
        return document == null ? claim.known().get(fingerprint) : null;
    }

    int chunks() {
        return document == null ? 0 : document.chunks().size();
    }
}
