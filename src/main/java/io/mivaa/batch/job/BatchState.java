package io.mivaa.batch.job;

/** The state of a batch. PostgreSQL derives it from the counts of its jobs. */
public enum BatchState {
    /** All its jobs wait for their time. */
    SCHEDULED,
    /** No job has started. */
    QUEUED,
    /** Some job has started and some job is not final. */
    RUNNING,
    /** Paused by its owner; running jobs continue. */
    PAUSED,
    /** All jobs succeeded. */
    SUCCEEDED,
    /** All jobs are final, some succeeded. */
    PARTIAL,
    /** All jobs are final, none succeeded. */
    FAILED,
    /** Cancelled as a whole; jobs that had succeeded stay. */
    CANCELLED;

    /** Whether all jobs are final. */
    public boolean terminal() {
        return this == SUCCEEDED || this == PARTIAL || this == FAILED || this == CANCELLED;
    }
}
