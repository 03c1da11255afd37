package io.mivaa.batch.results.reading;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.results.store.CurrentResults;
import io.mivaa.batch.results.vectors.VectorModel;
import io.mivaa.batch.results.vectors.Vectors;
import java.nio.FloatBuffer;
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
 * Reads results in portions, each with a short statement of its own, so that a slow client holds neither a connection
 * nor a snapshot. The portions are consistent, because a stored result never changes. Thread-safe.
 */
@Repository
public class StoredResults {

    private static final int CHUNKS = 100;

    private final JdbcClient jdbc;

    StoredResults(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A result without its chunks.
     *
     * @param headings JSON, as are tables, figures and quality
     */
    record Head(
            UUID documentId,
            UUID jobId,
            UUID batchId,
            UUID resultId,
            @Nullable String externalId,
            String filename,
            String contentType,
            String sha256,
            long bytes,
            boolean reused,
            String title,
            @Nullable String language,
            String text,
            @Nullable Integer pages,
            String headings,
            String tables,
            String figures,
            String quality,
            int chunks,
            VectorModel model,
            Instant createdAt) {}

    /** @param embedding can be read once; null when it was not requested */
    public record StoredChunk(
            UUID id,
            int index,
            String text,
            int start,
            int end,
            @Nullable PageRange pages,
            List<String> headings,
            String kind,
            int tokens,
            String sha256,
            @Nullable FloatBuffer embedding) {}

    /** A job that has a result. */
    record Succeeded(JobId job, long seq) {}

    /** Empty when the job is unknown or has no result. */
    Optional<Head> head(Workspace workspace, JobId job) {
        return jdbc.sql("""
                        select d.id as document_id, j.id as job_id, j.batch_id, j.external_id, j.filename, j.media_type,
                               j.sha256, j.bytes, j.reused, r.id as result_id, r.title, r.language, r.text, r.pages, r.headings,
                               r.tables, r.figures, r.quality, r.chunks, r.provider, r.model, r.dimensions, r.created_at
                          from job j
                          join result r on r.id = j.result_id
                          join document d on d.workspace = j.workspace and d.key = %s
                         where j.id = :job and j.workspace = :workspace
                        """.formatted(CurrentResults.KEY_OF_JOB))
                .param("job", job.value())
                .param("workspace", workspace.name())
                .query(StoredResults::head)
                .optional();
    }

    /**
     * The next chunks of a result, in order.
     *
     * @param after the index of the last chunk read, -1 for the first portion
     * @return empty at the end
     */
    public List<StoredChunk> chunks(UUID result, int after, boolean embeddings) {
        return jdbc.sql("""
                        select id, index, text, start_at, end_at, page_first, page_last, headings, kind, tokens, sha256,
                               case when :embeddings then embedding end as embedding
                          from chunk where result_id = :result and index > :after order by index limit :limit
                        """)
                .param("embeddings", embeddings)
                .param("result", result)
                .param("after", after)
                .param("limit", CHUNKS)
                .query(StoredResults::chunk)
                .list();
    }

    /** The next jobs of a batch that have a result, in the order of acceptance. */
    List<Succeeded> succeeded(Workspace workspace, BatchId batch, long after, int limit) {
        return jdbc.sql("""
                        select id, seq from job
                         where batch_id = :batch and workspace = :workspace and state = 'SUCCEEDED' and seq > :after
                         order by seq limit :limit
                        """)
                .param("batch", batch.value())
                .param("workspace", workspace.name())
                .param("after", after)
                .param("limit", limit)
                .query((row, n) -> new Succeeded(new JobId(row.getObject("id", UUID.class)), row.getLong("seq")))
                .list();
    }

    private static Head head(ResultSet row, int n) throws SQLException {
        return new Head(
                row.getObject("document_id", UUID.class),
                row.getObject("job_id", UUID.class),
                row.getObject("batch_id", UUID.class),
                row.getObject("result_id", UUID.class),
                row.getString("external_id"),
                row.getString("filename"),
                row.getString("media_type"),
                row.getString("sha256"),
                row.getLong("bytes"),
                row.getBoolean("reused"),
                row.getString("title"),
                row.getString("language"),
                row.getString("text"),
                row.getObject("pages", Integer.class),
                row.getString("headings"),
                row.getString("tables"),
                row.getString("figures"),
                row.getString("quality"),
                row.getInt("chunks"),
                new VectorModel(row.getString("provider"), row.getString("model"), row.getInt("dimensions")),
                row.getTimestamp("created_at").toInstant());
    }

    /** Maps a row with all columns of table chunk; the embedding may be null. */
    public static StoredChunk chunk(ResultSet row, int n) throws SQLException {
        Integer first = row.getObject("page_first", Integer.class);
        return new StoredChunk(
                row.getObject("id", UUID.class),
                row.getInt("index"),
                row.getString("text"),
                row.getInt("start_at"),
                row.getInt("end_at"),
                first == null ? null : new PageRange(first, row.getInt("page_last")),
                List.of((String[]) row.getArray("headings").getArray()),
                row.getString("kind"),
                row.getInt("tokens"),
                row.getString("sha256"),
                Vectors.decode(row.getBytes("embedding")));
    }
}
