package io.mivaa.batch.job.acceptance;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.acceptance.AcceptedRows.Row;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/**
 * Accepts batches. When {@link #accept} has returned and its transaction is committed, nothing of the batch can be lost.
 * Thread-safe.
 */
@Repository
public class Acceptance {

    private final JdbcClient jdbc;
    private final AcceptedRows inserts;
    private final Reacceptance known;
    private final Contents contents;

    Acceptance(JdbcClient jdbc, JdbcTemplate template, Contents contents, JsonMapper json) {
        this.jdbc = jdbc;
        this.contents = contents;
        this.inserts = new AcceptedRows(jdbc, template, json);
        this.known = new Reacceptance(jdbc, inserts);
    }

    /**
     * An accepted batch.
     *
     * @param queued the jobs that wait for a worker, in the order of their documents
     */
    public record Accepted(BatchId batch, List<JobId> queued) {}

    /**
     * Writes the batch, a job for every document, and the bytes of the documents, in one transaction: the caller's, if
     * there is one.
     *
     * @throws IOException when the bytes of a document cannot be read; then nothing is accepted
     */
    @Transactional(rollbackFor = IOException.class)
    public Accepted accept(NewBatch batch, Iterable<NewDocument> documents) throws IOException {
        BatchId id = BatchId.create();
        boolean waits = inserts.insertBatch(id, batch);
        List<JobId> queued = new ArrayList<>();
        Contents.Writer writer = contents.writer();
        List<Row> rows = new ArrayList<>(AcceptedRows.MAX);
        for (NewDocument document : documents) {
            Row row = new Row(JobId.create(), document);
            rows.add(row);
            if (document.refusal() == null && !waits) {
                queued.add(row.id());
            }
            if (rows.size() == AcceptedRows.MAX) {
                write(id, batch, rows, writer);
                rows.clear();
            }
        }
        write(id, batch, rows, writer);
        finishIfAllRefused(id);
        return new Accepted(id, queued);
    }

    /**
     * Accepts known documents anew: writes a batch whose jobs have copies of the bytes of other jobs. Its results stay
     * invisible until the whole batch has succeeded. In the caller's transaction.
     *
     * @param sources jobs of the workspace; those that no longer exist are left out
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Accepted acceptAgain(NewBatch batch, List<JobId> sources) {
        BatchId id = BatchId.create();
        return new Accepted(id, known.accept(id, batch, sources));
    }

    private void write(BatchId batch, NewBatch of, List<Row> rows, Contents.Writer writer) throws IOException {
        if (rows.isEmpty()) {
            return;
        }
        inserts.insertJobs(batch, of, rows);
        for (Row row : rows) {
            try (InputStream content = row.document().content().open()) {
                writer.add(row.id(), content);
            }
        }
        writer.flush();
    }

    /** The change of its last job finishes a batch. If all jobs are dead from the start, none of them changes. */
    private void finishIfAllRefused(BatchId id) {
        jdbc.sql("update batch set finished_at = now() where id = :id and dead = total")
                .param("id", id.value())
                .update();
    }
}
