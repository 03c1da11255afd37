package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.Workspace;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Counts the jobs that are not final, and how fast jobs become final, to decide whether more may be accepted. Reads only
 * PostgreSQL. Thread-safe.
 */
@Repository
public class OpenJobs {

    /** How many of the newest ends of jobs a rate is measured by at most. */
    private static final int SAMPLE = 10_000;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(5);

    private final JdbcClient jdbc;

    OpenJobs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The jobs that are not final, including those that the caller's transaction has written. */
    public record Load(long all, long ofWorkspace) {}

    /** Reads the counts of the batches that are not final. There are few of them compared to jobs. */
    public Load load(Workspace workspace) {
        return jdbc.sql("""
                        select coalesce(sum(scheduled + queued + running + retrying), 0),
                               coalesce(sum(scheduled + queued + running + retrying)
                                            filter (where workspace = :workspace), 0)
                          from batch where finished_at is null
                        """)
                .param("workspace", workspace.name())
                .query((row, n) -> new Load(row.getLong(1), row.getLong(2)))
                .single();
    }

    /**
     * Waits until no other transaction is between this call and its end. Otherwise two transactions that each fit could
     * exceed a limit together. If another transaction is frozen there, the caller continues without a turn.
     *
     * @return false when {@code atMost} has passed first
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public boolean takeTurn(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!tryTurn()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        }
        return true;
    }

    private boolean tryTurn() {
        return jdbc.sql("select pg_try_advisory_xact_lock(hashtextextended('admission of jobs', 0))")
                .query(Boolean.class)
                .single();
    }

    /**
     * How many jobs per second a worker has brought to their end: over the last minute, or since the first one within
     * it, or by the newest 10,000.
     *
     * @param workspace null for all
     * @return 0 when there was none
     */
    public double drainPerSecond(@Nullable Workspace workspace) {
        return jdbc.sql("""
                        select count(*) / greatest(1, coalesce(extract(epoch from clock_timestamp() - min(finished_at)), 1))
                          from (select finished_at from job
                                 where finished_at > now() - interval '1 minute'
                                   and (:workspace::text is null or workspace = :workspace)
                                   and state in ('SUCCEEDED', 'DEAD') and started_at is not null
                                 order by finished_at desc limit :sample) ended
                        """)
                .param("workspace", workspace == null ? null : workspace.name())
                .param("sample", SAMPLE)
                .query(Double.class)
                .single();
    }
}
