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
 * How many jobs are not final, and how fast they become so: what decides whether more may come in. Asks PostgreSQL
 * alone. Thread-safe.
 */
@Repository
public class OpenJobs {

    /** Of the newest ends of jobs that a rate is measured by. */
    private static final int SAMPLE = 10_000;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(5);

    private final JdbcClient jdbc;

    OpenJobs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Jobs that are not final; what the caller's transaction has written counts. */
    public record Load(long all, long ofWorkspace) {}

    /** One statement over the counts of the batches that are not final, of which there are few compared to jobs. */
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
     * Waits until no other transaction is between here and its end, so that two that each fit alone do not exceed a
     * limit together. Where another one is frozen in between, this goes on without a turn rather than wait for it.
     *
     * @return false when {@code atMost} was over first
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
     * How many jobs a second have come to their end after work on them, measured over the last minute, or since the
     * first of them within it, or by the newest 10,000.
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
