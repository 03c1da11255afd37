package io.mivaa.batch.job;

/** How many jobs of a batch are in each state. */
public record Counts(
        int total, int scheduled, int queued, int running, int retrying, int succeeded, int dead, int cancelled) {

    /** How many jobs are final. */
    public int terminal() {
        return succeeded + dead + cancelled;
    }
}
