package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.JobId;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
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
 * Settles claimed jobs that succeeded, in the transaction that stores their results: it holds the claims first and
 * settles them last. Every statement checks again that the fence is current and that the instance still has
 * the job (by {@code claimed_by}, see {@link Claims}). Thread-safe.
 */
@Repository
public class Successes {

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Successes(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Locks the jobs whose claims stand, in the order of their ids; the first statement of the transaction. A job that
     * another transaction has locked is passed over, so this never waits.
     *
     * @param lockWait how long the later statements of this transaction may wait for a row before they fail
     * @return the jobs that are locked until the transaction ends
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Set<JobId> hold(Collection<Claim> claims, Duration lockWait) {
        return held(claims, "for no key update of j skip locked", lockWait);
    }

    /**
     * As {@link #hold(Collection, Duration)} for one claim, but waits for a transaction that has locked the job.
     *
     * @throws ClaimLost when the claim does not stand
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void hold(Claim claim) {
        if (held(List.of(claim), "for no key update of j", Duration.ZERO).isEmpty()) {
            throw new ClaimLost(claim);
        }
    }

    /** @param lockWait zero waits as long as the connection allows */
    private Set<JobId> held(Collection<Claim> claims, String lock, Duration lockWait) {
        return new HashSet<>(jdbc.sql("""
                        with patience as materialized (
                            select case when :lockWait > 0 then set_config('lock_timeout', :lockWait::text, true) end)
                        select j.id from patience
                         cross join unnest(:ids, :fences, :instances) as c(id, fence, instance)
                          join job j on j.id = c.id and j.fence = c.fence and j.claimed_by = c.instance
                         order by j.id\s""" + lock)
                .param("lockWait", lockWait.toMillis())
                .param("ids", claims.stream().map(claim -> claim.job().value()).toArray(UUID[]::new))
                .param("fences", claims.stream().map(Claim::fence).toArray(Long[]::new))
                .param(
                        "instances",
                        claims.stream().map(claim -> claim.instance().value()).toArray(UUID[]::new))
                .query((row, n) -> new JobId(row.getObject(1, UUID.class)))
                .list());
    }

    /**
     * Settles held claims; the last statement of the transaction.
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
                         where j.id = s.job and j.fence = s.fence and j.claimed_by = s.instance
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
}
