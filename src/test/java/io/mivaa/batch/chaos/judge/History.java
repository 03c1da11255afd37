package io.mivaa.batch.chaos.judge;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happened, as the client saw it and as the stores tell it after everything has come to rest.
 *
 * @param living instances whose process still runs
 * @param redisLeft keys of lists and rings that still hold something, with how much
 */
public record History(
        List<Accepted> accepted,
        List<BatchRow> batches,
        List<JobRow> jobs,
        List<AttemptRow> attempts,
        List<ResultRow> results,
        Set<UUID> living,
        Map<String, Long> redisLeft) {

    public History {
        accepted = List.copyOf(accepted);
        batches = List.copyOf(batches);
        jobs = List.copyOf(jobs);
        attempts = List.copyOf(attempts);
        results = List.copyOf(results);
        living = Set.copyOf(living);
        redisLeft = Map.copyOf(redisLeft);
    }

    /**
     * What answers with 202 promised.
     *
     * @param ids of the batch in every answer to this key; one, if all is well
     * @param replayed whether dead letters of it may have been queued again
     */
    public record Accepted(String key, Set<UUID> ids, int documents, boolean replayed) {

        public Accepted {
            ids = Set.copyOf(ids);
        }
    }

    /**
     * A batch with its counters.
     *
     * @param counts by name of the job state
     */
    record BatchRow(UUID id, String state, int total, boolean finished, Map<String, Integer> counts) {

        BatchRow {
            counts = Map.copyOf(counts);
        }
    }

    record JobRow(
            UUID id,
            UUID batch,
            String state,
            int attempt,
            int crashes,
            long fence,
            @Nullable UUID claimedBy,
            @Nullable UUID result,
            boolean reused) {

        boolean isFinal() {
            return Set.of("SUCCEEDED", "DEAD", "CANCELLED").contains(state);
        }
    }

    public record AttemptRow(UUID job, long fence, UUID instance, Instant started, Instant ended, String outcome) {}

    /** @param stored chunks that are there, {@code chunks} those that the result speaks of */
    record ResultRow(UUID id, int chunks, int stored) {}
}
