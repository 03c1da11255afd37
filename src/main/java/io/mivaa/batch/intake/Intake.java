package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.Submission;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.Admission;
import io.mivaa.batch.intake.limits.Turnstile;
import io.mivaa.batch.intake.options.OptionsCheck;
import io.mivaa.batch.intake.status.BatchView;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.status.Batches;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.queue.JobQueue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Accepts a submission: one transaction with everything in it, then the hints. Thread-safe. */
@Component
public class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private static final int MAX_ERRORS = 100;

    private final OptionsCheck options;
    private final Acceptance acceptance;
    private final Batches batches;
    private final IdempotencyKeys keys;
    private final Admission admission;
    private final Turnstile turnstile;
    private final JobQueue queue;
    private final TransactionTemplate transactions;
    private final JsonMapper json;

    Intake(
            OptionsCheck options,
            Acceptance acceptance,
            Batches batches,
            IdempotencyKeys keys,
            Admission admission,
            Turnstile turnstile,
            JobQueue queue,
            PlatformTransactionManager transactions,
            JsonMapper json) {
        this.options = options;
        this.acceptance = acceptance;
        this.batches = batches;
        this.keys = keys;
        this.admission = admission;
        this.turnstile = turnstile;
        this.queue = queue;
        this.transactions = new TransactionTemplate(transactions);
        this.json = json;
    }

    /**
     * The answer to a submission.
     *
     * @param body the batch as JSON
     * @param batch its id, as in the body
     * @param replayed whether the same request had been accepted before
     */
    public record Receipt(String body, String batch, boolean replayed) {}

    private record Accepted(Receipt receipt, NewBatch batch, Acceptance.@Nullable Accepted jobs) {}

    /**
     * Refuses a request that has no chance before its body is read; one whose key is known is only answered again.
     *
     * @param bytes the length of its body, negative when it is not known
     * @throws Problem 429 or 503
     */
    void refuseEarly(Workspace workspace, @Nullable String key, long bytes) {
        admission.refuseWithoutDisk(bytes);
        if (key == null || !keys.isKnown(workspace, key)) {
            admission.refuseWhenFull(workspace);
        }
    }

    /**
     * @param key the Idempotency-Key, null without one
     * @throws Problem 400, 409, 422, 429 or 503; then nothing is accepted
     */
    public Receipt accept(Workspace workspace, Submission submission, @Nullable String key) {
        NewBatch batch = options.check(workspace, submission.options());
        refuseIfNothingIsLeft(submission);
        int open = (int) submission.documents().stream()
                .filter(document -> document.refusal() == null)
                .count();
        admission.refuseWhatCanNeverFit(open);
        List<String> request = key == null ? List.of() : fingerprints(submission);
        Accepted accepted = turnstile.pass(
                () -> transactions.execute(status -> acceptOnce(workspace, batch, submission, open, key, request)));
        if (accepted.jobs() != null) {
            push(accepted.batch(), accepted.jobs());
        }
        return accepted.receipt();
    }

    /**
     * Embeds known documents anew, as a batch of its own.
     *
     * @param sources the jobs that the documents point to
     * @return the batch as JSON
     * @throws Problem 422, 429 or 503; then nothing is accepted
     */
    Receipt acceptAgain(NewBatch batch, List<JobId> sources) {
        admission.refuseWhatCanNeverFit(sources.size());
        Accepted accepted = turnstile.pass(() -> Objects.requireNonNull(transactions.execute(status -> {
            Acceptance.Accepted jobs = acceptance.acceptAgain(batch, sources);
            String body = json.writeValueAsString(
                    BatchView.of(batches.find(batch.workspace(), jobs.batch()).orElseThrow()));
            admission.admit(batch.workspace(), jobs.queued().size());
            return new Accepted(new Receipt(body, jobs.batch().toString(), false), batch, jobs);
        })));
        push(batch, Objects.requireNonNull(accepted.jobs()));
        return accepted.receipt();
    }

    private Accepted acceptOnce(
            Workspace workspace,
            NewBatch batch,
            Submission submission,
            int open,
            @Nullable String key,
            List<String> request) {
        Optional<String> earlier = key == null ? Optional.empty() : keys.find(workspace, key, request);
        if (earlier.isPresent()) {
            String id = json.readTree(earlier.get()).get("id").asString();
            return new Accepted(new Receipt(earlier.get(), id, true), batch, null);
        }
        refuseUnknownPredecessors(workspace, batch);
        Acceptance.Accepted jobs;
        try {
            jobs = acceptance.accept(batch, submission.documents());
        } catch (IOException e) {
            throw new UncheckedIOException("the spool cannot be read", e);
        }
        String body = json.writeValueAsString(
                BatchView.of(batches.find(workspace, jobs.batch()).orElseThrow()));
        if (key != null) {
            keys.remember(workspace, key, request.get(0), jobs.batch(), body);
        }
        admission.admit(workspace, open);
        return new Accepted(new Receipt(body, jobs.batch().toString(), false), batch, jobs);
    }

    private void refuseUnknownPredecessors(Workspace workspace, NewBatch batch) {
        List<BatchId> after = batch.start().after();
        for (int i = 0; i < after.size(); i++) {
            if (batches.find(workspace, after.get(i)).isEmpty()) {
                throw Problem.invalid(
                        "/options/after/" + i, "unknown-batch", "There is no batch " + after.get(i) + " to wait for.");
            }
        }
    }

    /** The batch is safe already; without its hints it only waits until the reconciler finds it. */
    private void push(NewBatch batch, Acceptance.Accepted jobs) {
        List<JobId> queued = jobs.queued();
        try {
            Integer bound = batch.options().maxInFlight();
            queue.push(new Lane(batch.workspace(), jobs.batch(), batch.priority(), bound), queued);
        } catch (DataAccessException e) {
            log.warn("Batch {} waits for Redis to come back: {}", jobs.batch(), e.toString());
        }
        log.info(
                "Batch {} in workspace {} accepted with {} documents to do",
                jobs.batch(),
                batch.workspace(),
                queued.size());
    }

    private static void refuseIfNothingIsLeft(Submission submission) {
        List<NewDocument> documents = submission.documents();
        if (documents.isEmpty()) {
            throw Problem.of(HttpStatus.BAD_REQUEST, "empty-batch", "A batch has at least one document.");
        }
        List<Problem.Invalid> refused = new ArrayList<>();
        int refusals = 0;
        for (int i = 0; i < documents.size(); i++) {
            var refusal = documents.get(i).refusal();
            if (refusal != null) {
                refusals++;
                if (refused.size() < MAX_ERRORS) {
                    refused.add(new Problem.Invalid("/documents/" + i, refusal.code(), refusal.message()));
                }
            }
        }
        if (refusals == documents.size()) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "all-documents-rejected",
                    "None of the documents can be processed.",
                    refused);
        }
        if (refusals > 0 && submission.options().rejectInvalid()) {
            throw Problem.of(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "document-rejected",
                    refusals + " of " + documents.size() + " documents cannot be processed, and onInvalid is reject.",
                    refused);
        }
    }

    /** One for each key that passwords may have been marked with, so that a request outlives an exchange of keys. */
    private List<String> fingerprints(Submission submission) {
        int keys = submission.documents().stream()
                .flatMap(document -> Stream.ofNullable(document.password()))
                .mapToInt(password -> password.marks().size())
                .max()
                .orElse(1);
        return IntStream.range(0, keys)
                .mapToObj(key -> fingerprint(submission, key))
                .toList();
    }

    /**
     * Of the meaning of a request, so that a multipart body with another boundary is still the same. Passwords take part
     * by their marks: a plain hash of one could be guessed by whoever reads the database.
     */
    private String fingerprint(Submission submission, int key) {
        MessageDigest digest = Spool.sha256();
        digest.update(json.writeValueAsBytes(submission.options()));
        for (NewDocument document : submission.documents()) {
            String line = String.join(
                    "\u0000",
                    String.valueOf(document.externalId()),
                    document.filename(),
                    String.valueOf(document.declaredType()),
                    document.metadata(),
                    document.sha256(),
                    "\n");
            digest.update(line.getBytes(StandardCharsets.UTF_8));
            if (document.password() != null) {
                digest.update(document.password().marks().get(key).getBytes(StandardCharsets.UTF_8));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
