package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Settles claimed jobs. Every statement repeats the fence and that the job runs (by {@code claimed_by}, see
 * {@link Claims}); when no row is hit the claim is lost, and {@link ClaimLost} says so. Thread-safe.
 */
@Repository
public class Settling {

    /** The only time an attempt has that did nothing. */
    private static final Set<String> UNWORKED = Set.of("waiting");

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Settling(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * The first statement of the transaction that stores results: locks those of the claims that stand, in the order of
     * their jobs' ids. A job that somebody else is at is passed over, so this waits for nobody.
     *
     * @param lockWait for the statements that follow in this transaction: a row that somebody else holds for longer
     *     fails it
     * @return the jobs that are held until the transaction ends
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Set<JobId> hold(Collection<Claim> claims, Duration lockWait) {
        return held(claims, "for no key update of j skip locked", lockWait);
    }

    /** The same for one claim; waits for whoever is at the job. @throws ClaimLost when the claim does not stand */
    @Transactional(propagation = Propagation.MANDATORY)
    public void hold(Claim claim) {
        if (held(List.of(claim), "for no key update of j", Duration.ZERO).isEmpty()) {
            throw new ClaimLost(claim);
        }
    }

    /** @param lockWait zero for as long as the connection allows */
    private Set<JobId> held(Collection<Claim> claims, String lock, Duration lockWait) {
        return new HashSet<>(jdbc.sql("""
                        with patience as materialized (
                            select case when :lockWait > 0 then set_config('lock_timeout', :lockWait::text, true) end)
                        select j.id from patience
                         cross join unnest(:ids, :fences) as c(id, fence)
                          join job j on j.id = c.id and j.fence = c.fence and j.claimed_by is not null
                         order by j.id\s""" + lock)
                .param("lockWait", lockWait.toMillis())
                .param("ids", claims.stream().map(claim -> claim.job().value()).toArray(UUID[]::new))
                .param("fences", claims.stream().map(Claim::fence).toArray(Long[]::new))
                .query((row, n) -> new JobId(row.getObject(1, UUID.class)))
                .list());
    }

    /**
     * The last statement of the transaction that stores the results; must be called in it, for claims that are held.
     *
     * @throws ClaimLost when one of them does not stand
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void succeed(List<Success> successes) {
        int settled = bound("""
                        update job j
                           set state = 'SUCCEEDED', stage = null, claimed_by = null,
                               succeeded_by = s.instance, succeeded_fence = s.fence,
                               result_id = s.result, reused = s.reused, timings = s.timings::jsonb,
                               pages = s.pages, chunks = s.chunks, embedded = s.chunks,
                               error_class = null, error_code = null, error_message = null,
                               finished_at = clock_timestamp()
                          from unnest(:ids, :fences, :instances, :results, :reused, :pages, :chunks, :timings)
                               as s(job, fence, instance, result, reused, pages, chunks, timings)
                         where j.id = s.job and j.fence = s.fence and j.claimed_by is not null
                        """, successes).update();
        if (settled != successes.size()) {
            throw new ClaimLost(successes.get(0).claim());
        }
    }

    private JdbcClient.StatementSpec bound(String sql, List<Success> successes) {
        return jdbc.sql(sql)
                .param("ids", column(successes, s -> s.claim().job().value(), UUID[]::new))
                .param("fences", column(successes, s -> s.claim().fence(), Long[]::new))
                .param("instances", column(successes, s -> s.claim().instance().value(), UUID[]::new))
                .param("results", column(successes, Success::result, UUID[]::new))
                .param("reused", column(successes, Success::reused, Boolean[]::new))
                .param("pages", column(successes, Success::pages, Integer[]::new))
                .param("chunks", column(successes, Success::chunks, Integer[]::new))
                .param("timings", column(successes, s -> json.writeValueAsString(s.timings()), String[]::new));
    }

    private static <T extends @Nullable Object> T[] column(
            List<Success> successes, Function<Success, T> value, IntFunction<T[]> array) {
        return successes.stream().map(value).toArray(array);
    }

    /** Waits in PostgreSQL until the delay is over; no thread sleeps for it. */
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
        if (!countsAsAttempt && UNWORKED.containsAll(timings.keySet())) {
            joinFormer(claim, failure);
        }
    }

    /**
     * A start that was turned away before any work tells nothing that the one before it did not: of a row of them one
     * stays, from the first one's start on. Hours of an outage would else leave hundreds for each job.
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

    /** Puts the job back untouched, as a graceful stop does: it costs neither an attempt nor a crash. */
    @Transactional
    public void handBack(Claim claim) {
        settle(claim, "HANDED_BACK", """
                state = 'QUEUED', stage = null, claimed_by = null, queued_at = clock_timestamp(),
                attempt = attempt - 1
                """, Map.of(), null, null, Map.of());
    }

    /** Moves the job on and keeps the attempt, if the claim stands. */
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
                             where id = :id and fence = :fence and claimed_by is not null
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

    /** Whether the job has left RUNNING under this very fence: an answer to "was my commit done?" after a lost one. */
    public boolean settled(Claim claim) {
        return jdbc.sql("""
                        select exists (select from ended_attempt
                                        where job_id = :job and fence = :fence
                                          and outcome in ('SUCCEEDED', 'RETRYING', 'DEAD', 'HANDED_BACK'))
                        """)
                .param("job", claim.job().value())
                .param("fence", claim.fence())
                .query(Boolean.class)
                .single();
    }
}
