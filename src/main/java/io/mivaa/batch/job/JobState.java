package io.mivaa.batch.job;

import java.util.EnumSet;
import java.util.Set;

/** The state of a job. The SQL of the migrations and stores has the same values and transitions. */
public enum JobState {
    /** Waits for its time, or for other batches to end. */
    SCHEDULED,
    /** Waits for a worker. */
    QUEUED,
    /** Claimed by an instance whose lease is valid. */
    RUNNING,
    /** Failed in a way that may be transient; waits for its next attempt. */
    RETRYING,
    /** Has a result. */
    SUCCEEDED,
    /** Given up and kept for a person. */
    DEAD,
    /** Stopped by its owner. */
    CANCELLED;

    /** Whether the state is final: only a person can change it. */
    public boolean terminal() {
        return this == SUCCEEDED || this == DEAD || this == CANCELLED;
    }

    /** The states that may follow this one. */
    public Set<JobState> successors() {
        return switch (this) {
            case SCHEDULED -> EnumSet.of(QUEUED, DEAD, CANCELLED);
            case RETRYING -> EnumSet.of(QUEUED, CANCELLED);
            case QUEUED -> EnumSet.of(RUNNING, CANCELLED);
            case RUNNING -> EnumSet.of(SUCCEEDED, RETRYING, DEAD, QUEUED, CANCELLED);
            case DEAD -> EnumSet.of(QUEUED);
            case SUCCEEDED, CANCELLED -> EnumSet.noneOf(JobState.class);
        };
    }

    public boolean mayBecome(JobState next) {
        return successors().contains(next);
    }
}
