package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Remembers which request an Idempotency-Key stood for and how it was answered, in the transaction that accepts the
 * batch: a crash leaves either both or neither. Thread-safe.
 */
@Repository
class IdempotencyKeys {

    private final JdbcClient jdbc;

    IdempotencyKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Looks for an earlier answer; must be called in the accepting transaction, which then holds the key until its end.
     *
     * @param requests fingerprints of the request, any of which may have been remembered
     * @return the first answer, empty when this is the first request with the key
     * @throws Problem 409 while another request with the key is being accepted, 422 when the key stood for another
     *     request
     */
    Optional<String> find(Workspace workspace, String key, List<String> requests) {
        boolean alone = jdbc.sql("select pg_try_advisory_xact_lock(hashtextextended(:name, 7))")
                .param("name", workspace.name() + "\n" + key)
                .query(Boolean.class)
                .single();
        if (!alone) {
            throw Problem.conflict(
                    "idempotency-in-flight", "A request with this Idempotency-Key is being accepted right now.");
        }
        record Known(String request, String response) {}
        Optional<Known> known = jdbc.sql(
                        "select request, response from idempotency_key where workspace = :workspace and key = :key")
                .param("workspace", workspace.name())
                .param("key", key)
                .query((row, n) -> new Known(row.getString(1), row.getString(2)))
                .optional();
        if (known.isPresent() && !requests.contains(known.get().request())) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "idempotency-key-reused",
                    "This Idempotency-Key stood for another request.");
        }
        return known.map(Known::response);
    }

    /** Whether a request with the key was accepted already; another one is only told so. */
    boolean isKnown(Workspace workspace, String key) {
        return jdbc.sql("select exists (select from idempotency_key where workspace = :workspace and key = :key)")
                .param("workspace", workspace.name())
                .param("key", key)
                .query(Boolean.class)
                .single();
    }

    void remember(Workspace workspace, String key, String request, BatchId batch, String response) {
        jdbc.sql("""
                        insert into idempotency_key (workspace, key, request, response, batch_id)
                        values (:workspace, :key, :request, :response, :batch)
                        """)
                .param("workspace", workspace.name())
                .param("key", key)
                .param("request", request)
                .param("response", response)
                .param("batch", batch.value())
                .update();
    }
}
