package io.mivaa.batch.job.control;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Cancels jobs. A running job loses its fence, so that its worker cannot commit even if it does not notice. Every
 * statement locks jobs first and their batch afterwards, as all transactions do. Thread-safe.
 */
@Repository
public class Cancellation {

    private final JdbcClient jdbc;

    Cancellation(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Cancels every job of the batch that is not final.
     *
     * @return false when the batch was final or does not exist
     */
    @Transactional
    public boolean cancel(Workspace workspace, BatchId id) {
        int cancelled = jdbc.sql("""
                        with open as (
                            select id, fence, attempt, claimed_by, claimed_at from job
                             where batch_id = :batch and workspace = :workspace
                               and state in ('SCHEDULED', 'QUEUED', 'RUNNING', 'RETRYING')
                             order by id for update),
                        stopped as (
                            update job j
                               set state = 'CANCELLED', stage = null, claimed_by = null, run_after = null,
                                   queued_at = null, finished_at = clock_timestamp(),
                                   error_class = 'CANCELLED', error_code = 'cancelled',
                                   error_message = 'The batch was cancelled.'
                              from open o where j.id = o.id
                            returning j.id),
                        kept as (
                            insert into job_attempt (job_id, fence, attempt, instance, started_at, ended_at, outcome)
                            select o.id, o.fence, o.attempt, o.claimed_by, o.claimed_at, clock_timestamp(), 'CANCELLED'
                              from open o join stopped s on s.id = o.id
                             where o.claimed_by is not null)
                        select count(*) from stopped
                        """)
                .param("batch", id.value())
                .param("workspace", workspace.name())
                .query(Integer.class)
                .single();
        if (cancelled > 0) {
            jdbc.sql("update batch set cancelled_at = now(), paused = false where id = :id")
                    .param("id", id.value())
                    .update();
        }
        return cancelled > 0;
    }

    /**
     * Cancels a single job.
     *
     * @return false when the job was final or does not exist
     */
    @Transactional
    public boolean cancel(Workspace workspace, JobId id) {
        return jdbc.sql("""
                                with open as (
                                    select id, fence, attempt, claimed_by, claimed_at from job
                                     where id = :id and workspace = :workspace
                                       and state in ('SCHEDULED', 'QUEUED', 'RUNNING', 'RETRYING')
                                       for update),
                                stopped as (
                                    update job j
                                       set state = 'CANCELLED', stage = null, claimed_by = null, run_after = null,
                                           queued_at = null, finished_at = clock_timestamp(),
                                           error_class = 'CANCELLED', error_code = 'cancelled',
                                           error_message = 'The job was cancelled.'
                                      from open o where j.id = o.id
                                    returning j.id),
                                kept as (
                                    insert into job_attempt
                                           (job_id, fence, attempt, instance, started_at, ended_at, outcome)
                                    select o.id, o.fence, o.attempt, o.claimed_by, o.claimed_at, clock_timestamp(),
                                           'CANCELLED'
                                      from open o join stopped s on s.id = o.id
                                     where o.claimed_by is not null)
                                select count(*) from stopped
                                """)
                        .param("id", id.value())
                        .param("workspace", workspace.name())
                        .query(Integer.class)
                        .single()
                == 1;
    }

    /**
     * Ends one cancelled batch that still has a job which is not final. That happens when a replay comes between the
     * moment when {@link #cancel(Workspace, BatchId)} reads the jobs and its commit.
     *
     * @return whether there was such a batch
     */
    @Transactional
    public boolean cancelLeftover() {
        return jdbc.sql("""
                        select workspace, id from batch
                         where finished_at is null and cancelled_at is not null order by id limit 1
                        """)
                .query((row, n) ->
                        cancel(new Workspace(row.getString("workspace")), new BatchId(row.getObject("id", UUID.class))))
                .optional()
                .orElse(false);
    }

    /**
     * Cancels every job that waits.
     *
     * @param batch null for the whole workspace
     * @param expected how many jobs there may be at most, null for any number
     * @return how many were cancelled
     * @throws CountChanged when there are more than expected; then none is cancelled
     */
    @Transactional
    public int clearWaiting(Workspace workspace, @Nullable BatchId batch, @Nullable Integer expected) {
        int cleared = jdbc.sql("""
                        with chosen as (
                            select j.id from job j
                             where j.state in ('SCHEDULED', 'QUEUED', 'RETRYING') and j.workspace = :workspace
                               and (:batch::uuid is null or j.batch_id = :batch)
                             order by j.id for update)
                        update job j
                           set state = 'CANCELLED', run_after = null, queued_at = null,
                               finished_at = clock_timestamp(), error_class = 'CANCELLED',
                               error_code = 'queue-cleared', error_message = 'The queue was cleared.'
                          from chosen c where j.id = c.id
                        """)
                .param("workspace", workspace.name())
                .param("batch", batch == null ? null : batch.value())
                .update();
        CountChanged.refuseMoreThan(expected, cleared);
        return cleared;
    }
}
