package io.mivaa.batch.job.claim;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The success of a claimed job.
 *
 * @param result the result of the job, a row of the table result
 * @param reused whether the result is that of an earlier job
 * @param pages null when the source has no pages
 * @param timings milliseconds by stage
 */
public record Success(
        Claim claim, UUID result, boolean reused, @Nullable Integer pages, int chunks, Map<String, Long> timings) {}
