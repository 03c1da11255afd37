package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.body.Submission;
import io.mivaa.batch.intake.limits.Admission;
import io.mivaa.batch.intake.options.OptionsCheck;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.queue.JobQueue;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Accepts batches: checks a submission, stores all of it in one {@link AcceptingTransaction}, then pushes the hints to
 * the queue. Thread-safe.
 */
@Component
public class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final OptionsCheck options;
    private final Admission admission;
    private final IdempotencyKeys keys;
    private final AcceptingTransaction transaction;
    private final JobQueue queue;
    private final JsonMapper json;

    Intake(
            OptionsCheck options,
            Admission admission,
            IdempotencyKeys keys,
            AcceptingTransaction transaction,
            JobQueue queue,
            JsonMapper json) {
        this.options = options;
        this.admission = admission;
        this.keys = keys;
        this.transaction = transaction;
        this.queue = queue;
        this.json = json;
    }

    /**
     * Refuses a request that cannot succeed before its body is read. A full queue does not refuse a request whose key
     * is known, because that request only receives its earlier response again.
     *
     * @param key the Idempotency-Key, null without one
     * @param bytes the length of the body, negative when it is unknown
     * @throws Problem 429 or 503
     */
    void refuseEarly(Workspace workspace, @Nullable String key, long bytes) {
        admission.refuseWithoutDisk(bytes);
        if (key == null || !keys.isKnown(workspace, key)) {
            admission.refuseWhenFull(workspace);
        }
    }

    /**
     * Accepts a submission, or returns the earlier receipt when its key is known.
     *
     * @param key the Idempotency-Key, null without one
     * @throws Problem 400, 409, 422, 429 or 503; then nothing is accepted
     */
    public Receipt accept(Workspace workspace, Submission submission, @Nullable String key) {
        NewBatch batch = options.check(workspace, submission.options());
        RefusedDocuments.check(submission);
        admission.refuseWhatCanNeverFit(submission.acceptable());
        IdempotentRequest request = key == null ? null : IdempotentRequest.of(key, submission, json);
        return push(batch, transaction.accept(batch, submission, request));
    }

    /**
     * Accepts a batch that embeds known documents again.
     *
     * @param sources the jobs that the documents point to
     * @throws Problem 422, 429 or 503; then nothing is accepted
     */
    Receipt acceptAgain(NewBatch batch, List<JobId> sources) {
        admission.refuseWhatCanNeverFit(sources.size());
        return push(batch, transaction.acceptAgain(batch, sources));
    }

    /** The batch is stored already. If this fails, the batch waits until the reconciler pushes its hints. */
    private Receipt push(NewBatch batch, AcceptingTransaction.Accepted accepted) {
        Acceptance.Accepted jobs = accepted.jobs();
        if (jobs != null) {
            try {
                Integer bound = batch.options().maxInFlight();
                queue.push(new Lane(batch.workspace(), jobs.batch(), batch.priority(), bound), jobs.queued());
            } catch (DataAccessException e) {
                log.warn(
                        "Batch {} has no hints in Redis until the reconciler adds them: {}",
                        jobs.batch(),
                        e.toString());
            }
            log.info(
                    "Accepted batch {} in workspace {} with {} queued jobs",
                    jobs.batch(),
                    batch.workspace(),
                    jobs.queued().size());
        }
        return accepted.receipt();
    }
}
