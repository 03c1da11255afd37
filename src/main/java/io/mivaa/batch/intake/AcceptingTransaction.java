package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.Submission;
import io.mivaa.batch.intake.limits.Admission;
import io.mivaa.batch.intake.limits.Turnstile;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.progress.view.BatchView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one transaction that accepts a batch: the batch, its jobs, the bytes of its documents, and the Idempotency-Key
 * with its response. Admission is its last step. Thread-safe.
 */
@Component
class AcceptingTransaction {

    private final Acceptance acceptance;
    private final Batches batches;
    private final IdempotencyKeys keys;
    private final Admission admission;
    private final Turnstile turnstile;
    private final TransactionTemplate transactions;
    private final JsonMapper json;

    AcceptingTransaction(
            Acceptance acceptance,
            Batches batches,
            IdempotencyKeys keys,
            Admission admission,
            Turnstile turnstile,
            PlatformTransactionManager transactions,
            JsonMapper json) {
        this.acceptance = acceptance;
        this.batches = batches;
        this.keys = keys;
        this.admission = admission;
        this.turnstile = turnstile;
        this.transactions = new TransactionTemplate(transactions);
        this.json = json;
    }

    /** @param jobs the new jobs, null when the request had been accepted before */
    record Accepted(Receipt receipt, Acceptance.@Nullable Accepted jobs) {}

    /**
     * @param request null without an Idempotency-Key
     * @throws Problem 400, 409, 422, 429 or 503; then nothing is stored
     */
    Accepted accept(NewBatch batch, Submission submission, @Nullable IdempotentRequest request) {
        return run(() -> {
            Optional<String> earlier = request == null ? Optional.empty() : keys.find(batch.workspace(), request);
            return earlier.isPresent() ? replayed(earlier.get()) : store(batch, submission, request);
        });
    }

    /**
     * Accepts a batch that embeds known documents again.
     *
     * @param sources the jobs that the documents point to
     * @throws Problem 429 or 503; then nothing is stored
     */
    Accepted acceptAgain(NewBatch batch, List<JobId> sources) {
        return run(() -> {
            Acceptance.Accepted jobs = acceptance.acceptAgain(batch, sources);
            Receipt receipt = receipt(batch, jobs.batch());
            admission.admit(batch.workspace(), jobs.queued().size());
            return new Accepted(receipt, jobs);
        });
    }

    private Accepted run(Supplier<Accepted> work) {
        return turnstile.pass(() -> Objects.requireNonNull(transactions.execute(status -> work.get())));
    }

    private Accepted replayed(String body) {
        String id = json.readTree(body).get("id").asString();
        return new Accepted(new Receipt(body, id, true), null);
    }

    private Accepted store(NewBatch batch, Submission submission, @Nullable IdempotentRequest request) {
        refuseUnknownPredecessors(batch);
        Acceptance.Accepted jobs;
        try {
            jobs = acceptance.accept(batch, submission.documents());
        } catch (IOException e) {
            throw new UncheckedIOException("the spool cannot be read", e);
        }
        Receipt receipt = receipt(batch, jobs.batch());
        if (request != null) {
            keys.remember(batch.workspace(), request, receipt);
        }
        admission.admit(batch.workspace(), submission.acceptable());
        return new Accepted(receipt, jobs);
    }

    private Receipt receipt(NewBatch batch, BatchId id) {
        String body = json.writeValueAsString(
                BatchView.of(batches.find(batch.workspace(), id).orElseThrow()));
        return new Receipt(body, id.toString(), false);
    }

    private void refuseUnknownPredecessors(NewBatch batch) {
        List<BatchId> after = batch.start().after();
        for (int i = 0; i < after.size(); i++) {
            if (batches.find(batch.workspace(), after.get(i)).isEmpty()) {
                throw Problem.invalid(
                        "/options/after/" + i, "unknown-batch", "There is no batch " + after.get(i) + " to wait for.");
            }
        }
    }
}
