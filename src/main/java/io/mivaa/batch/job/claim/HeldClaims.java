package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The claims that instances hold: writes the progress of their jobs, finds those that are lost, and returns strays. A
 * stray is a job that an instance has claimed according to the database but that none of its threads works on, because
 * the claim was committed and the answer to it was lost. Thread-safe.
 */
public class HeldClaims {

    private final JdbcClient jdbc;

    public HeldClaims(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The answer to a report: whether the claim is lost, and if it is not, whether the change was written. */
    public record ProgressAnswer(boolean lost, boolean written) {}

    /**
     * Writes the progress of running jobs and finds those whose claims are lost (cancelled, taken over), in one
     * statement. Rows are locked in the order of their ids, and a row that another transaction has locked is left for
     * the next report, so this never waits. A settled claim counts as lost too: its holder knows the difference. The
     * percent of a job only grows, and when the sums of its batch are locked it is left for the next report as well.
     *
     * @return an answer to each report, in their order
     */
    public List<ProgressAnswer> progress(List<JobProgress> reports) {
        return jdbc.sql("""
                        with report as (
                            select * from unnest(:ids::uuid[], :fences::bigint[], :instances::uuid[], :changes::boolean[], :stages::text[],
                                                 :pages::integer[], :chunks::integer[], :embedded::integer[],
                                                 :percents::integer[])
                                     with ordinality
                                     as r (id, fence, instance, changed, stage, pages, chunks, embedded, percent, n)),
                        due as (
                            select r.*, j.batch_id, j.media_type, j.percent as was from report r
                              join job j on j.id = r.id and j.fence = r.fence and j.claimed_by = r.instance
                             where r.changed
                             order by j.id
                               for no key update of j skip locked),
                        summed as (
                            select batch_id, media_type from batch_work
                             where (batch_id, media_type) in (
                                   select batch_id, media_type from due where percent > was)
                             order by batch_id, media_type
                               for no key update skip locked),
                        written as (
                            update job j
                               set stage = d.stage, pages = coalesce(d.pages, j.pages),
                                   chunks = coalesce(d.chunks, j.chunks), embedded = coalesce(d.embedded, j.embedded),
                                   percent = case when s.batch_id is null then j.percent
                                                  else greatest(j.percent, d.percent) end
                              from due d left join summed s on s.batch_id = d.batch_id and s.media_type = d.media_type
                             where j.id = d.id and j.fence = d.fence and j.claimed_by = d.instance
                            returning j.id, j.percent)
                        select j.id is null as lost, coalesce(w.percent >= r.percent, false) as written
                          from report r
                          left join job j on j.id = r.id and j.fence = r.fence and j.claimed_by = r.instance
                          left join written w on w.id = j.id
                         order by r.n
                        """)
                .param("ids", reports.stream().map(r -> r.claim().job().value()).toArray(UUID[]::new))
                .param("fences", reports.stream().map(r -> r.claim().fence()).toArray(Long[]::new))
                .param(
                        "instances",
                        reports.stream().map(r -> r.claim().instance().value()).toArray(UUID[]::new))
                .param("changes", reports.stream().map(JobProgress::changed).toArray(Boolean[]::new))
                .param("stages", reports.stream().map(r -> r.stage().name()).toArray(String[]::new))
                .param("pages", reports.stream().map(JobProgress::pages).toArray(Integer[]::new))
                .param("chunks", reports.stream().map(JobProgress::chunks).toArray(Integer[]::new))
                .param("embedded", reports.stream().map(JobProgress::embedded).toArray(Integer[]::new))
                .param("percents", reports.stream().map(JobProgress::percent).toArray(Integer[]::new))
                .query((row, n) -> new ProgressAnswer(row.getBoolean("lost"), row.getBoolean("written")))
                .list();
    }

    /**
     * Queues those strays again that the previous call has also found. When a job is found for the first time, its
     * claim may still be on the way to a worker.
     *
     * @param known the jobs that this instance works on
     * @param suspects what the previous call returned
     * @return the jobs that this instance has claimed but does not work on: the suspects of the next call
     */
    public List<JobId> returnStrays(InstanceId instance, Collection<JobId> known, Collection<JobId> suspects) {
        List<JobId> strays = jdbc
                .sql("select id from job where claimed_by = :instance and state = 'RUNNING'")
                .param("instance", instance.value())
                .query((row, n) -> new JobId(row.getObject("id", UUID.class)))
                .list()
                .stream()
                .filter(job -> !known.contains(job))
                .toList();
        UUID[] lost =
                strays.stream().filter(suspects::contains).map(JobId::value).toArray(UUID[]::new);
        if (lost.length > 0) {
            jdbc.sql("""
                            with stray as (
                                update job
                                   set state = 'QUEUED', stage = null, claimed_by = null, queued_at = now(),
                                       attempt = attempt - 1
                                 where id = any(:ids) and claimed_by = :instance
                                returning id, fence, attempt, claimed_at)
                            insert into job_attempt (job_id, fence, attempt, instance, started_at, ended_at, outcome)
                            select id, fence, attempt + 1, :instance, claimed_at, now(), 'HANDED_BACK' from stray
                            """).param("ids", lost).param("instance", instance.value()).update();
        }
        return strays;
    }
}
