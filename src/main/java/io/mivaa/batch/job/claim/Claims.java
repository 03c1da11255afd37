package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.Workspace;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes jobs, and knows of the claims that stand. What becomes of a claimed job is {@link Settling}'. Thread-safe.
 *
 * <p>That a job runs or is queued is asked here by {@code claimed_by} and {@code queued_at}, which say the same as its
 * state: with the state a partial index would do as well as the primary key, and be chosen when the statistics, always
 * late for states that last so shortly, say that hardly any job is in it. For the same reason a claim looks up batches
 * job by job ({@code offset 0}): all jobs of a batch are too many to be gone through for those that are wanted.
 */
@Repository
public class Claims {

    /** For {@link #take}: whatever has happened to the job. */
    public static final int ANY_CRASHES = Integer.MAX_VALUE;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    public Claims(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /**
     * Starts those of the jobs that are queued, whose batch and workspace are neither paused nor cancelled. This is
     * the claim; a hint is not. Rows are locked in the order of their ids, and rows that another instance is at are
     * passed over. Where a batch has a bound on how many of its jobs may run, the batches are locked too, so that the
     * bound holds over all instances; all of them, because the counts lock the others afterwards, and locks are taken
     * in the order of ids.
     *
     * <p>Committed by itself, as one statement: the rows of its batches are not kept locked while the answer is read.
     *
     * @param crashes jobs that more instances than this have died at are passed over
     * @return the jobs that are ours now, each with a new fence; the others need nothing
     */
    public List<Claim> take(Collection<JobId> jobs, InstanceId instance, int crashes) {
        Map<BatchId, BatchOptions> options = new HashMap<>();
        Map<String, Map<String, UUID>> known = new HashMap<>();
        return jdbc.sql("""
                        with candidate as (
                            select j.id, j.batch_id, j.seq, j.queued_at, b.max_in_flight
                              from job j
                             cross join lateral (select * from batch where id = j.batch_id offset 0) b
                              left join workspace_control w on w.workspace = j.workspace
                             where j.id = any(:ids) and j.queued_at is not null and j.crashes <= :crashes
                               and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
                             order by j.id
                               for update of j skip locked),
                        room as (
                            select id, max_in_flight - running as free from batch
                             where id in (select batch_id from candidate)
                               and exists (select from candidate where max_in_flight is not null)
                             order by id for no key update),
                        allowed as (
                            select c.id, c.queued_at, row_number() over (partition by c.batch_id order by c.seq) as turn, r.free
                              from candidate c left join room r on r.id = c.batch_id),
                        claimed as (
                            update job j
                               set state = 'RUNNING', stage = 'PARSING', claimed_by = :instance, claimed_at = now(),
                                   fence = j.fence + 1, attempt = j.attempt + 1, queued_at = null,
                                   started_at = coalesce(j.started_at, now()),
                                   pages = null, chunks = null, embedded = null
                              from allowed a where j.id = a.id and (a.free is null or a.turn <= a.free)
                            returning j.*, a.queued_at as was_queued_at),
                        known as materialized (
                            select workspace, sha256,
                                   (select string_agg(id || ' ' || fingerprint, ' ')
                                      from (select distinct on (fingerprint) fingerprint, id
                                              from (select fingerprint, id from result
                                                     where workspace = content.workspace and sha256 = content.sha256
                                                     order by fingerprint limit 200) r) one_each) as results
                              from (select distinct workspace, sha256 from claimed) content)
                        select c.id, c.seq, c.batch_id, c.workspace, c.fence, c.attempt, c.max_attempts, c.external_id,
                               c.filename, c.media_type, c.bytes, c.sha256, c.penalties, c.crashes, c.sealed_password, b.options,
                               k.results,
                               (extract(epoch from now() - c.was_queued_at) * 1000)::bigint as waited
                          from claimed c
                          join batch b on b.id = c.batch_id
                          join known k on k.workspace = c.workspace and k.sha256 = c.sha256
                         order by c.seq
                        """)
                .param("ids", jobs.stream().map(JobId::value).toArray(UUID[]::new))
                .param("instance", instance.value())
                .param("crashes", crashes)
                .query((row, n) -> {
                    BatchId batch = new BatchId(row.getObject("batch_id", UUID.class));
                    if (!options.containsKey(batch)) {
                        options.put(batch, json.readValue(row.getString("options"), BatchOptions.class));
                    }
                    String results = row.getString("results");
                    return new Claim(
                            new JobId(row.getObject("id", UUID.class)),
                            row.getLong("seq"),
                            batch,
                            new Workspace(row.getString("workspace")),
                            instance,
                            row.getLong("fence"),
                            row.getInt("attempt"),
                            row.getInt("max_attempts"),
                            row.getString("external_id"),
                            row.getString("filename"),
                            row.getString("media_type"),
                            row.getLong("bytes"),
                            row.getString("sha256"),
                            options.get(batch),
                            row.getLong("waited"),
                            row.getInt("penalties"),
                            row.getInt("crashes"),
                            row.getString("sealed_password"),
                            results == null ? Map.of() : known.computeIfAbsent(results, Claims::known));
                })
                .list();
    }

    /** One result for each fingerprint, of a text in which one follows the other; a fingerprint is a SHA-256. */
    private static Map<String, UUID> known(String text) {
        String[] words = text.split(" ", -1);
        Map<String, UUID> known = new HashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            known.put(words[i + 1], UUID.fromString(words[i]));
        }
        return Map.copyOf(known);
    }

    /**
     * How far a running job is; values that are null stay as they are.
     *
     * @param changed whether there is anything to write
     */
    public record Progress(
            Claim claim,
            boolean changed,
            JobStage stage,
            @Nullable Integer pages,
            @Nullable Integer chunks,
            @Nullable Integer embedded) {

        /** So much is read in a page's time, until it is known how many there are. */
        private static final int BYTES_OF_A_PAGE = 50_000;

        /**
         * The part of the work that is done, in percent. Embedding is nearly all of it, so it has the largest part of the
         * scale. How many pages are still to come nobody knows, whatever the document claims; so they bring it nearer to
         * the end of their part, and never there.
         */
        public int percent() {
            return switch (stage) {
                case PARSING ->
                    pages == null ? 0 : (int) (10L * pages / (pages + 1L + claim.bytes() / BYTES_OF_A_PAGE));
                case CHUNKING -> 10;
                case EMBEDDING ->
                    chunks == null || embedded == null || chunks == 0 ? 15 : 15 + (int) (80L * embedded / chunks);
                case STORING -> 95;
            };
        }
    }

    /** What became of a report: whether the claim is lost, and if it is not, whether the change was written. */
    public record Told(boolean lost, boolean written) {}

    /**
     * Writes down how far running jobs are and says which of them are lost (cancelled, taken over), in one statement.
     * Rows are locked in the order of their ids; one that somebody else is at is left for the next time, so this waits
     * for nobody. A claim that was settled counts as lost too: its holder knows better. The percent of a job only grows,
     * and where the sums of its batch are in use it is left for the next time as well.
     *
     * @return an answer to each report, in their order
     */
    public List<Told> progress(List<Progress> reports) {
        return jdbc.sql("""
                        with report as (
                            select * from unnest(:ids::uuid[], :fences::bigint[], :changes::boolean[], :stages::text[],
                                                 :pages::integer[], :chunks::integer[], :embedded::integer[],
                                                 :percents::integer[])
                                     with ordinality
                                     as r (id, fence, changed, stage, pages, chunks, embedded, percent, n)),
                        due as (
                            select r.*, j.batch_id, j.media_type, j.percent as was from report r
                              join job j on j.id = r.id and j.fence = r.fence and j.claimed_by is not null
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
                             where j.id = d.id and j.fence = d.fence and j.claimed_by is not null
                            returning j.id, j.percent)
                        select j.id is null as lost, coalesce(w.percent >= r.percent, false) as written
                          from report r
                          left join job j on j.id = r.id and j.fence = r.fence and j.claimed_by is not null
                          left join written w on w.id = j.id
                         order by r.n
                        """)
                .param("ids", reports.stream().map(r -> r.claim().job().value()).toArray(UUID[]::new))
                .param("fences", reports.stream().map(r -> r.claim().fence()).toArray(Long[]::new))
                .param("changes", reports.stream().map(Progress::changed).toArray(Boolean[]::new))
                .param("stages", reports.stream().map(r -> r.stage().name()).toArray(String[]::new))
                .param("pages", reports.stream().map(Progress::pages).toArray(Integer[]::new))
                .param("chunks", reports.stream().map(Progress::chunks).toArray(Integer[]::new))
                .param("embedded", reports.stream().map(Progress::embedded).toArray(Integer[]::new))
                .param("percents", reports.stream().map(Progress::percent).toArray(Integer[]::new))
                .query((row, n) -> new Told(row.getBoolean("lost"), row.getBoolean("written")))
                .list();
    }

    /**
     * Gives back jobs that are ours in the database but that nobody here is at: their claim was committed though the
     * answer got lost.
     *
     * @param known the jobs this instance is at
     * @param suspects jobs of the former call's answer; only those are given back
     * @return the jobs that nobody is at now, the suspects of the next call
     */
    @Transactional
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
