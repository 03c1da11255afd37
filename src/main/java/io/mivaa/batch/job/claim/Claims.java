package io.mivaa.batch.job.claim;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.KnownResults.Content;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/**
 * Claims queued jobs for an instance. Thread-safe.
 *
 * <p>The statements of this package test {@code claimed_by} and {@code queued_at} instead of the state, which is
 * equivalent. With the state, PostgreSQL might prefer a partial index to the primary key: its statistics are always out
 * of date for states as short-lived as these, and may show hardly any jobs in them. For the same reason a claim looks
 * up batches job by job ({@code offset 0}): reading all jobs of a batch to find the few hinted ones would take too
 * long.
 */
@Repository
public class Claims {

    private static final Logger log = LoggerFactory.getLogger(Claims.class);

    /** For {@link #take}: however many instances have died with the job. */
    public static final int ANY_CRASHES = Integer.MAX_VALUE;

    private static final String TAKE = """
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
                returning j.*, a.queued_at as was_queued_at)
            select c.id, c.seq, c.batch_id, c.workspace, c.fence, c.attempt, c.max_attempts, c.external_id,
                   c.filename, c.media_type, c.bytes, c.sha256, c.penalties, c.crashes, c.sealed_password, b.options,
                   (extract(epoch from now() - c.was_queued_at) * 1000)::bigint as waited
              from claimed c
              join batch b on b.id = c.batch_id
             order by c.seq
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final KnownResults results;

    public Claims(JdbcClient jdbc, JsonMapper json, KnownResults results) {
        this.jdbc = jdbc;
        this.json = json;
        this.results = results;
    }

    /**
     * Starts the jobs that are queued and whose batch and workspace are neither paused nor cancelled. This is the claim;
     * a hint is not. Rows are locked in the order of their ids, and rows that another instance has locked are passed
     * over. Where a batch has a bound on how many of its jobs may run, the batches are locked too, so that the bound
     * holds over all instances. All of them are locked, because the trigger that counts locks the others afterwards, and
     * locks are taken in the order of ids.
     *
     * <p>Not transactional: the claim commits as one statement, so the rows of its batches are not locked while the
     * answer is read.
     *
     * @param crashes jobs that more instances than this have died with are passed over
     * @return the claims, each with a new fence. The other jobs need no further action
     */
    public List<Claim> take(Collection<JobId> jobs, InstanceId instance, int crashes) {
        Map<BatchId, BatchOptions> options = new HashMap<>();
        List<Claim> claims = jdbc.sql(TAKE)
                .param("ids", jobs.stream().map(JobId::value).toArray(UUID[]::new))
                .param("instance", instance.value())
                .param("crashes", crashes)
                .query((row, n) -> claim(row, instance, options))
                .list();
        return claims.isEmpty() ? claims : withKnownResults(claims);
    }

    private Claim claim(ResultSet row, InstanceId instance, Map<BatchId, BatchOptions> options) throws SQLException {
        BatchId batch = new BatchId(row.getObject("batch_id", UUID.class));
        if (!options.containsKey(batch)) {
            options.put(batch, json.readValue(row.getString("options"), BatchOptions.class));
        }
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
                Map.of());
    }

    /** A claim stands whether or not its results can be looked up; without them the document is only processed again. */
    private List<Claim> withKnownResults(List<Claim> claims) {
        try {
            Set<Content> contents = claims.stream().map(Claims::content).collect(Collectors.toSet());
            Map<Content, Map<String, UUID>> known = results.of(contents);
            return claims.stream()
                    .map(claim -> claim.withKnown(known.getOrDefault(content(claim), Map.of())))
                    .toList();
        } catch (DataAccessException e) {
            log.warn(
                    "Cannot look up earlier results of {} claimed documents; they are processed in full",
                    claims.size(),
                    e);
            return claims;
        }
    }

    private static Content content(Claim claim) {
        return new Content(claim.workspace(), claim.sha256());
    }
}
