package io.mivaa.batch.job.waiting;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads the queued jobs, and the batches they belong to, to keep the hints in Redis right. Changes nothing. Thread-safe. */
@Repository
public class Backlog {

    /** How many batches {@link #next} considers. They are picked at random, so that no batch is passed over for ever. */
    private static final int BATCHES = 200;

    private static final String WAITING = """
            select b.id, b.workspace, b.priority, b.max_in_flight,
                   least(b.queued, coalesce(b.max_in_flight - b.running, b.queued)) as hints
              from batch b left join workspace_control w on w.workspace = b.workspace
             where b.finished_at is null and b.queued > 0
               and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
            """;

    private static final String BOUNDED = " and b.max_in_flight is not null";
    private static final String UNBOUNDED = " and b.max_in_flight is null";

    /** Sorts before all ids. */
    private static final UUID FIRST = new UUID(0, 0);

    private final JdbcClient jdbc;

    Backlog(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A batch with queued jobs that may run.
     *
     * @param hints how many hints it should have: one for each queued job, up to the number that may run
     */
    public record Waiting(Lane lane, int hints) {}

    /**
     * Waits for an answer of PostgreSQL.
     *
     * @throws org.springframework.dao.DataAccessException when it does not answer
     */
    public void ping() {
        jdbc.sql("select 1").query(Integer.class).single();
    }

    /**
     * Batches without a bound that have queued jobs that may run, in the order of their ids.
     *
     * @param after the last batch of the previous page, null for the first page
     */
    public List<Waiting> waitingBatches(@Nullable BatchId after, int max) {
        return page(UNBOUNDED, after, max);
    }

    /** The given batches that have no bound and have queued jobs that may run. */
    public List<Waiting> waitingBatches(Collection<BatchId> batches) {
        return of(UNBOUNDED, batches);
    }

    /**
     * Batches with a bound that have queued jobs, in the order of their ids. A batch that already runs as many jobs as
     * it may has no hints to get.
     *
     * @param after the last batch of the previous page, null for the first page
     */
    public List<Waiting> boundedBatches(@Nullable BatchId after, int max) {
        return page(BOUNDED, after, max);
    }

    /** The given batches that have a bound and have queued jobs. */
    public List<Waiting> boundedBatches(Collection<BatchId> batches) {
        return of(BOUNDED, batches);
    }

    private List<Waiting> page(String which, @Nullable BatchId after, int max) {
        return jdbc.sql(WAITING + which + " and b.id > :after order by b.id limit :max")
                .param("after", after == null ? FIRST : after.value())
                .param("max", max)
                .query(Backlog::waiting)
                .list();
    }

    private List<Waiting> of(String which, Collection<BatchId> batches) {
        return jdbc.sql(WAITING + which + " and b.id = any(:ids)")
                .param("ids", batches.stream().map(BatchId::value).toArray(UUID[]::new))
                .query(Backlog::waiting)
                .list();
    }

    private static Waiting waiting(ResultSet row, int n) throws SQLException {
        return new Waiting(Lane.of(row), row.getInt("hints"));
    }

    /**
     * Chooses jobs that may run, as fairly as the queue in Redis does but at a higher cost: priorities by a weighted
     * lottery, workspaces and batches in turn. Claims and locks nothing.
     *
     * @param weights of the priorities, in the order of {@link io.mivaa.batch.job.Priority}
     */
    public List<JobId> next(int want, List<Integer> weights) {
        return jdbc.sql("""
                        with waiting as (
                            select b.id, b.workspace, b.priority,
                                   least(:want, coalesce(b.max_in_flight - b.running, :want)) as most
                              from batch b left join workspace_control w on w.workspace = b.workspace
                             where b.finished_at is null and b.queued > 0
                               and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
                               and b.running < coalesce(b.max_in_flight, b.running + 1)
                             order by random() limit :batches),
                        by_batch as (
                            select w.workspace, w.priority, j.id, random() as lot,
                                   row_number() over (partition by w.id order by j.seq) as turn
                              from waiting w
                             cross join lateral (
                                   select id, seq from job
                                    where batch_id = w.id and state = 'QUEUED' order by seq limit w.most) j),
                        by_workspace as (
                            select *, row_number() over (partition by priority, workspace order by turn, lot) as place
                              from by_batch),
                        by_priority as (
                            select *, row_number() over (partition by priority order by place, lot) as rank
                              from by_workspace),
                        share (priority, weight, lot) as (
                            select name, weight, random()
                              from unnest(array['CRITICAL', 'HIGH', 'NORMAL', 'LOW'], :weights::integer[])
                                   as s(name, weight))
                        select p.id from by_priority p join share s on s.priority = p.priority
                         order by (p.rank - s.lot) / s.weight limit :want
                        """)
                .param("want", want)
                .param("batches", BATCHES)
                .param("weights", weights.toArray(Integer[]::new))
                .query((row, n) -> new JobId(row.getObject("id", UUID.class)))
                .list();
    }

    /** All queued jobs of a batch in the order of acceptance. An id has 16 bytes, so a large batch fits into memory. */
    public List<JobId> queuedJobs(BatchId batch) {
        return queuedJobs(batch, Integer.MAX_VALUE);
    }

    /** The first queued jobs of a batch. */
    public List<JobId> queuedJobs(BatchId batch, int max) {
        List<JobId> jobs = new ArrayList<>();
        jdbc.sql("select id from job where batch_id = :batch and state = 'QUEUED' order by seq limit :max")
                .param("batch", batch.value())
                .param("max", max)
                .query(row -> {
                    jobs.add(new JobId(row.getObject("id", UUID.class)));
                });
        return jobs;
    }
}
