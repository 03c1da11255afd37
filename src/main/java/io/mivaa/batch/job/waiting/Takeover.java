package io.mivaa.batch.job.waiting;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/** Takes back the running jobs of dead instances. Every instance may do so. Thread-safe. */
@Repository
public class Takeover {

    private final JdbcClient jdbc;

    Takeover(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The jobs that were taken back.
     *
     * @param queued the jobs that wait again
     * @param buried how many were given up
     */
    public record TakenBack(List<Hint> queued, int buried) {}

    /**
     * Takes back at most {@code max} jobs that run on instances whose leases have run out. The crash is counted
     * separately from the attempts, and a job that {@code maxCrashes} instances have died with is given up as POISON.
     * Jobs that another instance is taking back are left to it.
     */
    @Transactional
    public TakenBack takeBackFromDeadInstances(int max, int maxCrashes) {
        List<Optional<Hint>> taken = jdbc.sql("""
                        with orphan as (
                            select j.id, j.fence, j.attempt, j.claimed_by, j.claimed_at from job j
                             where j.state = 'RUNNING'
                               and not exists (select from worker_instance w
                                                where w.id = j.claimed_by and w.lease_until > now())
                             order by j.id limit :max
                               for update of j skip locked),
                        taken as (
                            update job j
                               set state = case when j.crashes + 1 >= :maxCrashes then 'DEAD' else 'QUEUED' end,
                                   stage = null, claimed_by = null, crashes = j.crashes + 1,
                                   attempt = j.attempt - 1,
                                   queued_at = case when j.crashes + 1 >= :maxCrashes then null else now() end,
                                   finished_at = case when j.crashes + 1 >= :maxCrashes then now() end,
                                   error_class = case when j.crashes + 1 >= :maxCrashes
                                                      then 'POISON' else j.error_class end,
                                   error_code = case when j.crashes + 1 >= :maxCrashes
                                                     then 'worker-crashed' else j.error_code end,
                                   error_message = case when j.crashes + 1 >= :maxCrashes
                                       then 'The worker died ' || j.crashes + 1 || ' times while it had this document.'
                                       else j.error_message end
                              from orphan o where j.id = o.id
                            returning j.id, j.batch_id, j.state),
                        kept as (
                            insert into job_attempt (job_id, fence, attempt, instance, started_at, ended_at, outcome)
                            select o.id, o.fence, o.attempt, o.claimed_by, o.claimed_at, now(), 'LOST'
                              from orphan o join taken t on t.id = o.id)
                        select t.id as job, t.state as job_state, b.*
                          from taken t join batch b on b.id = t.batch_id
                        """)
                .param("max", max)
                .param("maxCrashes", maxCrashes)
                .query((row, n) -> row.getString("job_state").equals("QUEUED")
                        ? Optional.of(Hint.of(row, n))
                        : Optional.<Hint>empty())
                .list();
        List<Hint> queued = taken.stream().flatMap(Optional::stream).toList();
        return new TakenBack(queued, taken.size() - queued.size());
    }
}
