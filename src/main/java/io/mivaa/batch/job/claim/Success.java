package io.mivaa.batch.job.claim;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a claimed job succeeded.
 *
 * @param result the row of table result that is the job's outcome
 * @param reused whether an earlier job had brought that result
 * @param pages null when the source has none
 * @param timings milliseconds by stage
 */
public record Success(
        Claim claim, UUID result, boolean reused, @Nullable Integer pages, int chunks, Map<String, Long> timings) {}
