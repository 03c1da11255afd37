package io.mivaa.batch.job.expiry;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Removes what is too old, a page at a time, each in a transaction of its own. Several instances may do so at the same
 * time: what another is at is left to it. Nothing that is open, and nothing that a job could still need, is touched.
 * Thread-safe.
 */
@Repository
public class Expiry {

    private final JdbcClient jdbc;

    Expiry(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A final batch, and whose it is. */
    public record Finished(Workspace workspace, BatchId batch) {}

    /**
     * Batches that finished longer ago than {@code age}, the oldest first. One with a dead letter that nobody has
     * replayed or discarded is none of them, nor is one that another batch still waits for.
     */
    public List<Finished> batches(Duration age, int max) {
        return jdbc.sql("""
                        select b.workspace, b.id from batch b
                         where b.finished_at < now() - :age * interval '1 millisecond'
                           and (b.dead = 0 or not exists (
                                   select from job j
                                    where j.batch_id = b.id and j.state = 'DEAD' and j.discarded_at is null))
                           and not exists (select from batch a where a.awaiting and b.id = any(a.after))
                         order by b.finished_at limit :max
                        """)
                .param("age", age.toMillis())
                .param("max", max)
                .query((row, n) ->
                        new Finished(new Workspace(row.getString(1)), new BatchId(row.getObject(2, UUID.class))))
                .list();
    }

    /**
     * A stretch of the documents whose contents are there.
     *
     * @param removed how many of them lost theirs
     * @param last where to go on from; null when there is nothing older than the age after it
     */
    public record Stretch(int removed, @Nullable JobId last) {}

    /**
     * Removes the contents of jobs that ended longer ago than {@code age} and that no worker will ever read again:
     * succeeded, cancelled, or dead and discarded. Goes through the jobs in the order of their creation.
     *
     * @param after the job to go on from, null to begin
     */
    public Stretch removeContents(Duration age, @Nullable JobId after, int max) {
        record Row(UUID job, boolean old, boolean done) {}
        List<Row> rows = jdbc.sql("""
                        select c.job_id, j.created_at < now() - :age * interval '1 millisecond',
                               j.finished_at < now() - :age * interval '1 millisecond'
                               and (j.state in ('SUCCEEDED', 'CANCELLED') or j.discarded_at is not null)
                          from document_content c join job j on j.id = c.job_id
                         where c.piece = 0 and (:after::uuid is null or c.job_id > :after)
                         order by c.job_id limit :max
                        """)
                .param("age", age.toMillis())
                .param("after", after == null ? null : after.value())
                .param("max", max)
                .query((row, n) -> new Row(row.getObject(1, UUID.class), row.getBoolean(2), row.getBoolean(3)))
                .list();
        UUID[] jobs = rows.stream().filter(Row::done).map(Row::job).toArray(UUID[]::new);
        int removed = jobs.length == 0 ? 0 : removeContents(jobs);
        boolean more = rows.size() == max && rows.stream().anyMatch(Row::old);
        return new Stretch(removed, more ? new JobId(rows.get(rows.size() - 1).job()) : null);
    }

    private int removeContents(UUID[] jobs) {
        return jdbc.sql("""
                        with chosen as (
                            select job_id, piece from document_content
                             where job_id = any(:jobs) order by job_id, piece for update skip locked),
                        gone as (
                            delete from document_content c using chosen
                             where c.job_id = chosen.job_id and c.piece = chosen.piece
                            returning c.piece)
                        select count(*) from gone where piece = 0
                        """).param("jobs", jobs).query(Integer.class).single();
    }

    /** Removes the attempts, other than the last one, of jobs that ended longer ago than {@code age}. */
    public int removeAttempts(Duration age, int max) {
        return jdbc.sql("""
                        delete from job_attempt a
                         using (select o.job_id, o.fence
                                  from job j
                                  join job_attempt o on o.job_id = j.id
                                 where j.finished_at < now() - :age * interval '1 millisecond' and j.fence > 1
                                   and j.fence > o.fence
                                 limit :max for update of o skip locked) old
                         where a.job_id = old.job_id and a.fence = old.fence
                        """).param("age", age.toMillis()).param("max", max).update();
    }

    /** Discards dead letters that died longer ago than {@code age}: the jobs stay DEAD, but off the list. */
    public int discardDeadLetters(Duration age, int max) {
        return jdbc.sql("""
                        update job j set discarded_at = now()
                          from (select id from job
                                 where state = 'DEAD' and discarded_at is null
                                   and finished_at < now() - :age * interval '1 millisecond'
                                 order by id limit :max for update skip locked) old
                         where j.id = old.id
                        """).param("age", age.toMillis()).param("max", max).update();
    }

    /** Forgets keys of requests that were accepted longer ago than {@code age}. */
    public int removeIdempotencyKeys(Duration age, int max) {
        return jdbc.sql("""
                        delete from idempotency_key k
                         using (select workspace, key from idempotency_key
                                 where created_at < now() - :age * interval '1 millisecond'
                                 order by created_at limit :max for update skip locked) old
                         where k.workspace = old.workspace and k.key = old.key
                        """).param("age", age.toMillis()).param("max", max).update();
    }

    /**
     * Removes events that are older than {@code age}, the oldest transactions first, and remembers up to where, so that
     * whoever would have to be told one of them is told that there is a gap.
     */
    public int removeEvents(Duration age, int max) {
        return jdbc.sql("""
                        with gone as (
                            delete from event where ctid = any(array(
                                select place
                                  from (select ctid as place, at from event order by xid limit :max) oldest
                                 where at < now() - :age * interval '1 millisecond'))
                            returning xid),
                        newest as (
                            select xid from gone order by xid desc limit 1),
                        remembered as (
                            update event_horizon h set xid = greatest(h.xid, n.xid) from newest n)
                        select count(*) from gone
                        """)
                .param("age", age.toMillis())
                .param("max", max)
                .query(Integer.class)
                .single();
    }

    /** Forgets what webhooks were told, or could not be told, longer ago than {@code age}. */
    public int removeWebhookDeliveries(Duration age, int max) {
        return jdbc.sql("""
                        delete from webhook_delivery d
                         using (select id from webhook_delivery
                                 where ended_at < now() - :age * interval '1 millisecond'
                                 order by ended_at limit :max for update skip locked) old
                         where d.id = old.id
                        """).param("age", age.toMillis()).param("max", max).update();
    }
}
