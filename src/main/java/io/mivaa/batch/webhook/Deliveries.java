package io.mivaa.batch.webhook;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Deliveries as rows. A try is claimed by moving its due time beyond the longest time that it can take. If the instance
 * dies, the delivery is due again for all instances. Thread-safe.
 */
@Repository
class Deliveries {

    /** How many due deliveries are considered, without those of busy targets. */
    private static final int DUE = 1_000;

    private final JdbcClient jdbc;

    Deliveries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A claimed delivery, with the database's time in seconds since 1970. */
    record Try(Delivery delivery, long epochSecond) {}

    /**
     * The outcome of a try: delivered, retried later, or given up.
     *
     * @param again the delay of the retry; null when there is none
     */
    record Outcome(
            boolean delivered,
            @Nullable Duration again,
            @Nullable Integer status,
            @Nullable String error) {}

    /**
     * Claims due deliveries, the longest due first.
     *
     * @param busy targets that get no delivery now
     */
    List<Try> take(int max, int perTarget, Collection<String> busy, Duration lease) {
        return jdbc.sql("""
                        with due as (
                            select id, target, due_at from webhook_delivery
                             where state = 'PENDING' and due_at <= now() and target <> all(:busy)
                             order by due_at limit :most),
                        chosen as (
                            select id from (
                                select id, due_at, row_number() over (partition by target order by due_at) as turn
                                  from due) numbered
                             where turn <= :perTarget order by due_at limit :max),
                        locked as (
                            select id from webhook_delivery
                             where id in (select id from chosen) and state = 'PENDING' and due_at <= now()
                               for update skip locked)
                        update webhook_delivery d
                           set tries = d.tries + 1, fence = d.fence + 1, tried_at = now(),
                               due_at = now() + :lease * interval '1 millisecond'
                          from locked l where d.id = l.id
                        returning d.*, extract(epoch from clock_timestamp())::bigint as epoch
                        """)
                .param("busy", busy.toArray(String[]::new))
                .param("most", DUE)
                .param("perTarget", perTarget)
                .param("max", max)
                .param("lease", lease.toMillis())
                .query((row, n) -> new Try(delivery(row, n), row.getLong("epoch")))
                .list();
    }

    /**
     * Records the outcome.
     *
     * @return false when the claim is lost, because the try took too long or the delivery was replayed
     */
    boolean settle(Delivery delivery, Outcome outcome) {
        return jdbc.sql("""
                                update webhook_delivery
                                   set state = case when :delivered then 'DELIVERED'
                                                    when :again::bigint is null then 'FAILED' else 'PENDING' end,
                                       due_at = case when not :delivered
                                                     then now() + :again * interval '1 millisecond' end,
                                       ended_at = case when :delivered or :again::bigint is null then now() end,
                                       status = :status, error = :error
                                 where id = :id and fence = :fence and state = 'PENDING'
                                """)
                        .param("delivered", outcome.delivered())
                        .param(
                                "again",
                                outcome.again() == null ? null : outcome.again().toMillis(),
                                Types.BIGINT)
                        .param("status", outcome.status(), Types.INTEGER)
                        .param("error", outcome.error(), Types.VARCHAR)
                        .param("id", delivery.id())
                        .param("fence", delivery.fence())
                        .update()
                == 1;
    }

    /**
     * Lists deliveries, newest first.
     *
     * @param before the last id of the former page, null for the first page
     */
    List<Delivery> list(Workspace workspace, @Nullable BatchId batch, @Nullable UUID before, int limit) {
        return jdbc.sql("""
                        select * from webhook_delivery
                         where workspace = :workspace
                           and (:batch::uuid is null or batch_id = :batch)
                           and (:before::uuid is null or id < :before)
                         order by id desc limit :limit
                        """)
                .param("workspace", workspace.name())
                .param("batch", batch == null ? null : batch.value())
                .param("before", before)
                .param("limit", limit)
                .query(Deliveries::delivery)
                .list();
    }

    /** Makes a delivery due at once, in any state, with a full set of tries. Empty when it does not exist. */
    Optional<Delivery> replay(Workspace workspace, UUID id) {
        return jdbc.sql("""
                        update webhook_delivery
                           set state = 'PENDING', due_at = now(), ended_at = null, tries = 0, fence = fence + 1
                         where id = :id and workspace = :workspace
                        returning *
                        """)
                .param("id", id)
                .param("workspace", workspace.name())
                .query(Deliveries::delivery)
                .optional();
    }

    private static Delivery delivery(ResultSet row, int n) throws SQLException {
        UUID job = row.getObject("job_id", UUID.class);
        return new Delivery(
                row.getObject("id", UUID.class),
                new Workspace(row.getString("workspace")),
                new BatchId(row.getObject("batch_id", UUID.class)),
                job == null ? null : new JobId(job),
                row.getString("type"),
                row.getString("url"),
                row.getString("target"),
                row.getString("payload"),
                row.getString("state"),
                row.getInt("tries"),
                row.getLong("fence"),
                instant(row, "due_at"),
                row.getObject("status", Integer.class),
                row.getString("error"),
                row.getTimestamp("created_at").toInstant(),
                instant(row, "tried_at"),
                instant(row, "ended_at"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp timestamp = row.getTimestamp(column);
        return timestamp == null ? null : timestamp.toInstant();
    }
}
