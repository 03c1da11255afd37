package io.mivaa.batch.job;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One start of a job.
 *
 * @param number of the attempt; a start after a crash or a hand-back repeats the number
 * @param outcome SUCCEEDED, RETRYING, DEAD, HANDED_BACK (graceful shutdown), LOST (its instance died) or CANCELLED;
 *     null while it runs
 * @param stage in which it ended
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
