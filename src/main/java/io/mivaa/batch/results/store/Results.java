package io.mivaa.batch.results.store;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Success;
import io.mivaa.batch.job.claim.Successes;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.RagDocument;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Stores the results of the pipeline. The transaction of a worker calls, in this order: {@link Successes#hold},
 * {@link #findReusable} or else {@link #store}, {@link #publish}, {@link Successes#succeed}. All transactions lock rows
 * in the order job, result, document, batch, so that they cannot deadlock. Thread-safe.
 */
@Repository
public class Results {

    private final JdbcClient jdbc;
    private final ResultRows rows;
    private final CurrentResults current;
    private final BatchRemoval removal;
    private final KnownText knownText;

    Results(JdbcClient jdbc, ResultRows rows, CurrentResults current, BatchRemoval removal, KnownText knownText) {
        this.jdbc = jdbc;
        this.rows = rows;
        this.current = current;
        this.removal = removal;
        this.knownText = knownText;
    }

    /**
     * A stored result that a job can use instead of one of its own.
     *
     * @param result row of table result
     * @param pages null when the source has none
     */
    public record Reusable(UUID result, @Nullable Integer pages, int chunks) {}

    /**
     * Finds the results that still exist, and locks them in the order of their ids until the caller's transaction ends,
     * so that none can be deleted before a job points to it.
     *
     * @param results ids from {@link Claim#known()}
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public Map<UUID, Reusable> findReusable(Collection<UUID> results) {
        Map<UUID, Reusable> found = new HashMap<>();
        jdbc.sql("select id, pages, chunks from result where id = any(:ids) order by id for key share")
                .param("ids", results.stream().distinct().toArray(UUID[]::new))
                .query(row -> {
                    UUID id = row.getObject("id", UUID.class);
                    found.put(id, new Reusable(id, row.getObject("pages", Integer.class), row.getInt("chunks")));
                });
        return found;
    }

    /**
     * Reads back what a parser made of a document that is to be embedded again, from a stored result of the same bytes.
     * A worker needs this when the bytes cannot be parsed again: they were not kept, or need a password, which is never
     * kept. Empty for the jobs of any other batch, and when no result of the same bytes exists.
     */
    public Optional<ParsedDocument> knownText(Claim claim) {
        return knownText.of(claim);
    }

    /**
     * Writes results with their chunks.
     *
     * @return the rows of table result, in the same order
     * @throws IllegalArgumentException when a document has no chunk, or a vector does not have the model's dimensions
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public List<UUID> store(List<NewResult> made) {
        made.forEach(one -> refuseFalseSuccess(one.document()));
        return rows.insert(made);
    }

    /** A job that SUCCEEDED has chunks, and a vector for each. */
    private static void refuseFalseSuccess(RagDocument document) {
        int dimensions = document.model().dimensions();
        if (document.chunks().isEmpty()) {
            throw new IllegalArgumentException("a result must have chunks");
        }
        if (document.vectors().stream().anyMatch(vector -> vector.length != dimensions)) {
            throw new IllegalArgumentException("not every vector has the " + dimensions + " dimensions of the model");
        }
    }

    /**
     * Makes each result the current one of its document, unless a job that was accepted later provides it already.
     *
     * @param successes with results from {@link #store} or {@link #findReusable}
     */
    @Transactional(propagation = Propagation.MANDATORY)
    public void publish(List<Success> successes) {
        current.publish(successes);
    }

    /**
     * Deletes a final batch: its jobs with their contents, and the results that no other job uses. A document whose
     * current result came from the batch falls back to the most recently accepted one that remains; without one, it is
     * deleted.
     *
     * @return false when the batch is unknown or not final; then nothing has changed
     */
    @Transactional
    public boolean forgetBatch(Workspace workspace, BatchId batch) {
        return removal.remove(workspace, batch);
    }
}
