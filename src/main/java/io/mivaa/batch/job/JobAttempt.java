package io.mivaa.batch.job;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One start of a job, kept for ever.
 *
 * @param number which attempt it was; starts after a crash or a hand-back repeat their number
 * @param outcome SUCCEEDED, RETRYING, DEAD, HANDED_BACK (graceful stop), LOST (its instance died), CANCELLED; null
 *     while it runs
 * @param stage where it ended
 * @param timings milliseconds by stage
 */
public record JobAttempt(
        int number,
        long fence,
        InstanceId instance,
        Instant startedAt,
        @Nullable Instant endedAt,
        @Nullable String outcome,
        @Nullable JobStage stage,
        @Nullable Failure error,
        Map<String, Long> timings) {}
