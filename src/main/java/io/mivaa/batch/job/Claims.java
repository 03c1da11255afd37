package io.mivaa.batch.job;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
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
 * Takes jobs and settles them. Every settling statement repeats the fence and that the job runs; when no row is hit the
 * claim is lost, and {@link ClaimLost} says so. Thread-safe.
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

    /** The only time an attempt has that did nothing. */
    private static final Set<String> UNWORKED = Set.of("waiting");

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Claims(JdbcClient jdbc, JsonMapper json) {
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
                               c.filename, c.media_type, c.bytes, c.sha256, c.penalties, c.crashes, b.options, k.results,
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
                            results == null ? Map.of() : known.computeIfAbsent(results, Claims::known));
                })
                .list();
    }

    /** One result for each fingerprint, of a text in which one follows the other. */
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
            @Nullable Integer embedded) {}

    /** What became of a report: whether the claim is lost, and if it is not, whether the change was written. */
    public record Told(boolean lost, boolean written) {}

    /**
     * Writes down how far running jobs are and says which of them are lost (cancelled, taken over), in one statement.
     * Rows are locked in the order of their ids; one that somebody else is at is left for the next time, so this waits
     * for nobody. A claim that was settled counts as lost too: its holder knows better.
     *
     * @return an answer to each report, in their order
     */
    public List<Told> progress(List<Progress> reports) {
        return jdbc.sql("""
                        with report as (
                            select * from unnest(:ids::uuid[], :fences::bigint[], :changes::boolean[], :stages::text[],
                                                 :pages::integer[], :chunks::integer[], :embedded::integer[])
                                     with ordinality as r (id, fence, changed, stage, pages, chunks, embedded, n)),
                        due as (
                            select r.* from report r
                              join job j on j.id = r.id and j.fence = r.fence and j.claimed_by is not null
                             where r.changed
                             order by j.id
                               for no key update of j skip locked),
                        written as (
                            update job j
                               set stage = d.stage, pages = coalesce(d.pages, j.pages),
                                   chunks = coalesce(d.chunks, j.chunks), embedded = coalesce(d.embedded, j.embedded)
                              from due d where j.id = d.id and j.fence = d.fence and j.claimed_by is not null
                            returning j.id)
                        select j.id is null as lost, w.id is not null as written
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
                .query((row, n) -> new Told(row.getBoolean("lost"), row.getBoolean("written")))
                .list();
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

    /** Settles a single success, whose result is stored. */
    @Transactional
    public void succeed(
            Claim claim, UUID result, boolean reused, @Nullable Integer pages, int chunks, Map<String, Long> timings) {
        hold(claim);
        succeed(List.of(new Success(claim, result, reused, pages, chunks, timings)));
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
