package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.claim.Settling;
import io.mivaa.batch.worker.settings.TimeLimit;
import java.util.concurrent.CountDownLatch;

/**
 * The dependencies that all attempts of an instance share. Thread-safe.
 *
 * @param processing the work on a document
 * @param outcomes stores a success in a transaction of its own
 * @param commits stores successes in groups
 * @param settling stores every other ending
 * @param retries decides whether another attempt follows
 * @param timeLimit bounds the work on a document
 * @param stopping opens when the instance does not wait for its attempts any longer
 */
public record Workbench(
        Processing processing,
        Outcomes outcomes,
        GroupCommit commits,
        Settling settling,
        RetryPolicy retries,
        TimeLimit timeLimit,
        WorkerMetrics metrics,
        CountDownLatch stopping) {}
