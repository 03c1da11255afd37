package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Workspace;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Stores each Idempotency-Key with the fingerprint and the response of its request, in the transaction that accepts the
 * batch: a crash leaves both or neither. Thread-safe.
 */
@Repository
class IdempotencyKeys {

    private final JdbcClient jdbc;

    IdempotencyKeys(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Finds the response to an earlier request with the key. Must be called in the accepting transaction, which then
     * holds the key until it ends.
     *
     * @return empty when this is the first request with the key
     * @throws Problem 409 while another request with the key is being accepted, 422 when the key belongs to a different
     *     request
     */
    Optional<String> find(Workspace workspace, IdempotentRequest request) {
        lock(workspace, request.key());
        record Known(String fingerprint, String response) {}
        Optional<Known> known = jdbc.sql(
                        "select request, response from idempotency_key where workspace = :workspace and key = :key")
                .param("workspace", workspace.name())
                .param("key", request.key())
                .query((row, n) -> new Known(row.getString(1), row.getString(2)))
                .optional();
        if (known.isPresent() && !request.fingerprints().contains(known.get().fingerprint())) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "idempotency-key-reused",
                    "This Idempotency-Key was used for a different request.");
        }
        return known.map(Known::response);
    }

    private void lock(Workspace workspace, String key) {
        boolean alone = jdbc.sql("select pg_try_advisory_xact_lock(hashtextextended(:name, 7))")
                .param("name", workspace.name() + "\n" + key)
                .query(Boolean.class)
                .single();
        if (!alone) {
            throw Problem.conflict(
                    "idempotency-in-flight",
                    "Another request with this Idempotency-Key is being accepted at the moment.");
        }
    }

    /** Whether a request with the key has been accepted. */
    boolean isKnown(Workspace workspace, String key) {
        return jdbc.sql("select exists (select from idempotency_key where workspace = :workspace and key = :key)")
                .param("workspace", workspace.name())
                .param("key", key)
                .query(Boolean.class)
                .single();
    }

    void remember(Workspace workspace, IdempotentRequest request, Receipt receipt) {
        jdbc.sql("""
                        insert into idempotency_key (workspace, key, request, response, batch_id)
                        values (:workspace, :key, :request, :response, :batch)
                        """)
                .param("workspace", workspace.name())
                .param("key", request.key())
                .param("request", request.fingerprints().get(0))
                .param("response", receipt.body())
                .param("batch", UUID.fromString(receipt.batch()))
                .update();
    }
}
