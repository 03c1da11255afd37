package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobStage;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Settles claimed jobs that did not succeed; {@link Successes} settles the others. Every statement checks again that
 * the fence is current and that the instance still has the job (by {@code claimed_by}, see {@link Claims}). When it changes no row
 * the claim is lost, and {@link ClaimLost} is thrown. Thread-safe.
 */
@Repository
public class Settling {

    /** The only timings of an attempt that was turned away before it began to work. */
    private static final Set<String> WAITING_ONLY = Set.of("waiting");

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Settling(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Retries the job after a delay. The delay is a time in the row; no thread sleeps for it.
     *
     * @param countsAsAttempt false to give the attempt back
     */
    @Transactional
    public void retryLater(
            Claim claim,
            Failure failure,
            Duration delay,
            boolean countsAsAttempt,
            JobStage stage,
            Map<String, Long> timings) {
        settle(
                claim,
                "RETRYING",
                """
                state = 'RETRYING', stage = null, claimed_by = null,
                run_after = clock_timestamp() + :delay * interval '1 millisecond',
                attempt = attempt - :refund,
                penalties = penalties + case when :class = 'RATE_LIMITED' then :refund else 0 end,
                error_class = :class, error_code = :code, error_message = :message
                """,
                Map.of("delay", delay.toMillis(), "refund", countsAsAttempt ? 0L : 1L),
                failure,
                stage,
                timings);
        if (!countsAsAttempt && WAITING_ONLY.containsAll(timings.keySet())) {
            joinFormer(claim, failure);
        }
    }

    /**
     * Merges a start that was turned away before any work with the previous start, if that was turned away for the same
     * reason. One row remains, which covers the time from the first of these starts on. An outage of hours would
     * otherwise leave hundreds for each job.
     */
    private void joinFormer(Claim claim, Failure failure) {
        jdbc.sql("""
                        with former as (
                            delete from job_attempt
                             where job_id = :job and fence = :fence - 1 and outcome = 'RETRYING'
                               and error_code = :code and timings - 'waiting' = '{}'::jsonb
                            returning started_at)
                        update job_attempt a set started_at = f.started_at
                          from former f where a.job_id = :job and a.fence = :fence
                        """)
                .param("job", claim.job().value())
                .param("fence", claim.fence())
                .param("code", failure.code())
                .update();
    }

    /** Gives the job up and keeps it for a person. */
    @Transactional
    public void bury(Claim claim, Failure failure, JobStage stage, Map<String, Long> timings) {
        settle(claim, "DEAD", """
                state = 'DEAD', stage = null, claimed_by = null,
                error_class = :class, error_code = :code, error_message = :message,
                finished_at = clock_timestamp()
                """, Map.of(), failure, stage, timings);
    }

    /** Queues the job again, as a graceful shutdown does. This costs neither an attempt nor a crash. */
    @Transactional
    public void handBack(Claim claim) {
        settle(claim, "HANDED_BACK", """
                state = 'QUEUED', stage = null, claimed_by = null, queued_at = clock_timestamp(),
                attempt = attempt - 1
                """, Map.of(), null, null, Map.of());
    }

    /** Changes the job and records the attempt, if the claim stands. */
    private void settle(
            Claim claim,
            String outcome,
            String changes,
            Map<String, Long> parameters,
            @Nullable Failure failure,
            @Nullable JobStage stage,
            Map<String, Long> timings) {
        int rows = jdbc.sql("""
                        with settled as (
                            update job set %s
                             where id = :id and fence = :fence and claimed_by = :instance
                            returning id, claimed_at)
                        insert into job_attempt
                               (job_id, fence, attempt, instance, started_at, ended_at, outcome, stage,
                                error_class, error_code, error_message, timings)
                        select id, :fence, :attempt, :instance, claimed_at, clock_timestamp(), :outcome, :stage,
                               :class, :code, :message, :timings::jsonb
                          from settled
                        """.formatted(changes))
                .params(parameters)
                .param("id", claim.job().value())
                .param("fence", claim.fence())
                .param("attempt", claim.attempt())
                .param("instance", claim.instance().value())
                .param("outcome", outcome)
                .param("stage", stage == null ? null : stage.name())
                .param("class", failure == null ? null : failure.failureClass().name())
                .param("code", failure == null ? null : failure.code())
                .param("message", failure == null ? null : failure.message())
                .param("timings", json.writeValueAsString(timings))
                .update();
        if (rows != 1) {
            throw new ClaimLost(claim);
        }
    }

    /** Whether the job was settled under this fence: for a worker that lost the answer to its commit. */
    public boolean settled(Claim claim) {
        return jdbc.sql("""
                        select exists (select from ended_attempt
                                        where job_id = :job and fence = :fence and instance = :instance
                                          and outcome in ('SUCCEEDED', 'RETRYING', 'DEAD', 'HANDED_BACK'))
                        """)
                .param("job", claim.job().value())
                .param("fence", claim.fence())
                .param("instance", claim.instance().value())
                .query(Boolean.class)
                .single();
    }
}
