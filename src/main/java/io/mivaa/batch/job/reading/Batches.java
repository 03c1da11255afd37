package io.mivaa.batch.job.reading;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Page;
import io.mivaa.batch.job.Workspace;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.json.JsonMapper;

/** Reads batches. A batch of another workspace does not exist for the caller. Thread-safe. */
@Repository
public class Batches {

    /** How many batches a filtered page is chosen from: PostgreSQL needs some hundredths of a second for them. */
    static final int REACH = 10_000;

    private final JdbcClient jdbc;
    private final BatchRows rows;

    public Batches(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.rows = new BatchRows(json);
    }

    /** Finds a batch of the workspace. */
    public Optional<Batch> find(Workspace workspace, BatchId id) {
        return jdbc.sql(BatchRows.READ + " where b.id = :id and b.workspace = :workspace")
                .param("id", id.value())
                .param("workspace", workspace.name())
                .query(rows::batch)
                .optional();
    }

    /**
     * Selects batches; null selects any.
     *
     * @param name text that the name contains, ignoring case
     * @param tag one of the tags
     */
    public record Filter(
            @Nullable BatchState state,
            @Nullable String name,
            @Nullable String tag) {

        public static final Filter ANY = new Filter(null, null, null);

        boolean isAny() {
            return equals(ANY);
        }
    }

    /**
     * Lists batches, newest first, along the index of the workspace. No index covers names or states, so a filtered page
     * is chosen from the next {@link #REACH} batches only. It may be short or empty although it is not the last page.
     *
     * @param before the last batch of the previous page, null for the first page
     */
    public Page<Batch, BatchId> list(Workspace workspace, Filter filter, @Nullable BatchId before, int limit) {
        BatchId reach = filter.isAny() ? null : reach(workspace, before);
        // strpos and not like: % and _ are ordinary characters of a name.
        List<Batch> batches = jdbc.sql(BatchRows.READ + """
                         where b.workspace = :workspace
                           and (:state::text is null or b.state = :state)
                           and (:name::text is null or strpos(lower(b.name), lower(:name)) > 0)
                           and (:tag::text is null or :tag = any(b.tags))
                           and (:before::uuid is null or b.id < :before)
                           and (:reach::uuid is null or b.id >= :reach)
                         order by b.id desc limit :limit
                        """)
                .param("workspace", workspace.name())
                .param("state", filter.state() == null ? null : filter.state().name())
                .param("name", filter.name())
                .param("tag", filter.tag())
                .param("before", before == null ? null : before.value())
                .param("reach", reach == null ? null : reach.value())
                .param("limit", limit + 1)
                .query(rows::batch)
                .list();
        Page<Batch, BatchId> page = Page.of(batches, limit, Batch::id);
        return page.next() == null ? new Page<>(page.items(), reach) : page;
    }

    /** The last of the next {@link #REACH} batches, read from the index alone; null when fewer remain. */
    private @Nullable BatchId reach(Workspace workspace, @Nullable BatchId before) {
        return jdbc.sql("""
                        select id from batch
                         where workspace = :workspace and (:before::uuid is null or id < :before)
                         order by id desc offset :others limit 1
                        """)
                .param("workspace", workspace.name())
                .param("before", before == null ? null : before.value())
                .param("others", REACH - 1)
                .query((row, n) -> new BatchId(row.getObject("id", UUID.class)))
                .optional()
                .orElse(null);
    }

    /** The batches that are not final, newest first. */
    public List<Batch> open(Workspace workspace, int limit) {
        return jdbc.sql(BatchRows.READ + """
                         where b.workspace = :workspace and b.finished_at is null
                         order by b.id desc limit :limit
                        """)
                .param("workspace", workspace.name())
                .param("limit", limit)
                .query(rows::batch)
                .list();
    }

    /** The given batches that exist, of any workspace: for work that serves all workspaces at once. */
    public Map<BatchId, Batch> ofAnyWorkspace(Collection<BatchId> ids) {
        return jdbc
                .sql(BatchRows.READ + " where b.id = any(:ids)")
                .param("ids", ids.stream().map(BatchId::value).toArray(UUID[]::new))
                .query(rows::batch)
                .list()
                .stream()
                .collect(Collectors.toMap(Batch::id, Function.identity()));
    }

    /** The versions of the given batches that exist, for a reader that waits for a change. */
    public Map<BatchId, Long> versions(Collection<BatchId> ids) {
        Map<BatchId, Long> versions = new HashMap<>();
        jdbc.sql("select id, xmin from batch where id = any(:ids)")
                .param("ids", ids.stream().map(BatchId::value).toArray(UUID[]::new))
                .query(row -> {
                    versions.put(new BatchId(row.getObject("id", UUID.class)), Columns.version(row));
                });
        return versions;
    }

    /** Whether another batch waits for this one. */
    public boolean isAwaited(BatchId id) {
        return jdbc.sql("select exists (select from batch where awaiting and :id = any(after))")
                .param("id", id.value())
                .query(Boolean.class)
                .single();
    }

    /** Whether the whole workspace is paused. */
    public boolean allPaused(Workspace workspace) {
        return jdbc.sql("select paused from workspace_control where workspace = :workspace")
                .param("workspace", workspace.name())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }
}
