package io.mivaa.batch.job.reading;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobAttempt;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Page;
import io.mivaa.batch.job.Workspace;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Reads jobs and their attempts. A job of another workspace does not exist for the caller. Thread-safe. */
@Repository
public class Jobs {

    private static final int PAGE = 200;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    Jobs(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Finds a job of the workspace. */
    public Optional<Job> find(Workspace workspace, JobId id) {
        return jdbc.sql("select *, xmin from job where id = :id and workspace = :workspace")
                .param("id", id.value())
                .param("workspace", workspace.name())
                .query(JobRows::job)
                .optional();
    }

    /**
     * Lists the jobs of a batch in the order of acceptance.
     *
     * @param state null for any
     * @param after the {@link Job#seq()} of the last job of the previous page, null for the first page
     */
    public Page<Job, Long> list(
            Workspace workspace, BatchId batch, @Nullable JobState state, @Nullable Long after, int limit) {
        List<Job> jobs = jdbc.sql("""
                        select *, xmin from job
                         where batch_id = :batch and workspace = :workspace
                           and (:state::text is null or state = :state)
                           and (:after::bigint is null or seq > :after)
                         order by seq limit :limit
                        """)
                .param("batch", batch.value())
                .param("workspace", workspace.name())
                .param("state", state == null ? null : state.name())
                .param("after", after)
                .param("limit", limit + 1)
                .query(JobRows::job)
                .list();
        return Page.of(jobs, limit, Job::seq);
    }

    /**
     * Passes every dead job of a batch to {@code reader}; a job counts as dead if it is when its page is read. A slow
     * reader holds neither a connection nor a snapshot, and at most one page is in memory.
     */
    public void forEachDead(Workspace workspace, BatchId batch, Consumer<Job> reader) {
        @Nullable Long after = null;
        do {
            Page<Job, Long> page = list(workspace, batch, JobState.DEAD, after, PAGE);
            page.items().forEach(reader);
            after = page.next();
        } while (after != null);
    }

    /** The attempts of a job, first one first. If one is running, it is the last. */
    public List<JobAttempt> attempts(Workspace workspace, JobId id) {
        return jdbc.sql("""
                        select a.fence, a.attempt, a.instance, a.started_at, a.ended_at, a.outcome, a.stage,
                               a.error_class, a.error_code, a.error_message, a.timings
                          from ended_attempt a join job j on j.id = a.job_id
                         where a.job_id = :id and j.workspace = :workspace
                        union all
                        select fence, attempt, claimed_by, claimed_at, null, null, null, null, null, null, null
                          from job where id = :id and workspace = :workspace and state = 'RUNNING'
                         order by fence
                        """)
                .param("id", id.value())
                .param("workspace", workspace.name())
                .query((row, n) -> JobRows.attempt(row, json))
                .list();
    }

    /** The given jobs that exist, of any workspace: for work that serves all workspaces at once. */
    public Map<JobId, Job> ofAnyWorkspace(Collection<JobId> ids) {
        return jdbc
                .sql("select *, xmin from job where id = any(:ids)")
                .param("ids", ids.stream().map(JobId::value).toArray(UUID[]::new))
                .query(JobRows::job)
                .list()
                .stream()
                .collect(Collectors.toMap(Job::id, Function.identity()));
    }

    /** The versions of the given jobs that exist, for a reader that waits for a change. */
    public Map<JobId, Long> versions(Collection<JobId> ids) {
        Map<JobId, Long> versions = new HashMap<>();
        jdbc.sql("select id, xmin from job where id = any(:ids)")
                .param("ids", ids.stream().map(JobId::value).toArray(UUID[]::new))
                .query(row -> {
                    versions.put(new JobId(row.getObject("id", UUID.class)), Columns.version(row));
                });
        return versions;
    }
}
