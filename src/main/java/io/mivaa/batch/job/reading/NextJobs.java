package io.mivaa.batch.job.reading;

import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Reads the jobs that will probably run next, for a person to look at. Thread-safe. */
@Repository
public class NextJobs {

    private final JdbcClient jdbc;

    NextJobs(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Lists queued jobs that may run: first the hinted ones, in the order of the hints, then others by their priority
     * and by how long they have waited.
     */
    public List<Job> list(Workspace workspace, List<JobId> hinted, int limit) {
        UUID[] known = hinted.stream().map(JobId::value).toArray(UUID[]::new);
        List<Job> next = new ArrayList<>(known.length == 0 ? List.of() : hinted(workspace, known, limit));
        if (next.size() < limit) {
            next.addAll(others(workspace, known, limit - next.size()));
        }
        return next;
    }

    private List<Job> hinted(Workspace workspace, UUID[] hinted, int limit) {
        return jdbc.sql("""
                        select j.*, j.xmin
                          from job j join batch b on b.id = j.batch_id
                          left join workspace_control w on w.workspace = j.workspace
                         where j.id = any(:hinted) and j.workspace = :workspace and j.queued_at is not null
                           and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
                         order by array_position(:hinted, j.id) limit :limit
                        """)
                .param("workspace", workspace.name())
                .param("hinted", hinted)
                .param("limit", limit)
                .query(JobRows::job)
                .list();
    }

    /** Reads a few jobs of each batch, not all that wait. */
    private List<Job> others(Workspace workspace, UUID[] hinted, int limit) {
        return jdbc.sql("""
                        select j.*
                          from batch b
                          cross join lateral (
                                select *, xmin from job
                                 where batch_id = b.id and state = 'QUEUED' and id <> all(:hinted)
                                 order by seq limit :limit) j
                          left join workspace_control w on w.workspace = b.workspace
                         where b.workspace = :workspace and b.finished_at is null and b.queued > 0
                           and not b.paused and b.cancelled_at is null and not coalesce(w.paused, false)
                         order by array_position(array['CRITICAL', 'HIGH', 'NORMAL', 'LOW'], b.priority),
                                  j.queued_at, j.seq
                         limit :limit
                        """)
                .param("workspace", workspace.name())
                .param("hinted", hinted)
                .param("limit", limit)
                .query(JobRows::job)
                .list();
    }
}
