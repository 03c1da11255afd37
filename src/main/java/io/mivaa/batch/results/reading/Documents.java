package io.mivaa.batch.results.reading;

import io.mivaa.batch.job.DocumentId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.results.vectors.VectorModel;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The documents of a workspace, each with its current result. A forgotten document appears neither here nor in search,
 * but its row remains as long as a job can still show one of its results: the result contains the document's id, which
 * must not change. The row is deleted with the last such job. Thread-safe.
 */
@Repository
public class Documents {

    private static final String CURRENT = """
            select d.id, d.created_at, d.updated_at, j.id as job_id, j.batch_id, j.external_id, j.filename,
                   j.media_type, j.sha256, j.bytes, r.pages, r.title, r.language, r.chunks,
                   r.provider, r.model, r.dimensions
              from document d
              join job j on j.id = d.job_id
              join result r on r.id = d.result_id
             where d.workspace = :workspace
            """;

    private final JdbcClient jdbc;

    Documents(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** The current state of a document; {@code updatedAt} is when it was last given another current result. */
    public record Document(
            UUID id,
            @Nullable String externalId,
            String filename,
            String contentType,
            String sha256,
            long bytes,
            @Nullable Integer pages,
            String title,
            @Nullable String language,
            int chunks,
            UUID jobId,
            UUID batchId,
            VectorModel model,
            Instant createdAt,
            Instant updatedAt) {}

    Optional<Document> find(Workspace workspace, DocumentId id) {
        return jdbc.sql(CURRENT + " and d.id = :id")
                .param("workspace", workspace.name())
                .param("id", id.value())
                .query(Documents::document)
                .optional();
    }

    /**
     * The next page, newest first. Returns one document more than {@code limit} if another page follows.
     *
     * @param before the last id of the page before, null for the first page
     */
    public List<Document> list(Workspace workspace, @Nullable UUID before, int limit) {
        return jdbc.sql(CURRENT + " and (:before::uuid is null or d.id < :before) order by d.id desc limit :limit")
                .param("workspace", workspace.name())
                .param("before", before)
                .param("limit", limit + 1)
                .query(Documents::document)
                .list();
    }

    /**
     * Removes a document from lists and search. Its jobs and their results stay. A job that is accepted later brings
     * the document back, with the same id.
     *
     * @return false when the document is unknown
     */
    public boolean forget(Workspace workspace, DocumentId id) {
        return jdbc.sql("""
                                update document set job_id = null, result_id = null, updated_at = now()
                                 where id = :id and workspace = :workspace and job_id is not null
                                """)
                        .param("id", id.value())
                        .param("workspace", workspace.name())
                        .update()
                == 1;
    }

    private static Document document(ResultSet row, int n) throws SQLException {
        return new Document(
                row.getObject("id", UUID.class),
                row.getString("external_id"),
                row.getString("filename"),
                row.getString("media_type"),
                row.getString("sha256"),
                row.getLong("bytes"),
                row.getObject("pages", Integer.class),
                row.getString("title"),
                row.getString("language"),
                row.getInt("chunks"),
                row.getObject("job_id", UUID.class),
                row.getObject("batch_id", UUID.class),
                new VectorModel(row.getString("provider"), row.getString("model"), row.getInt("dimensions")),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant());
    }
}
