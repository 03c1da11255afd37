package io.mivaa.batch.worker;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Whether this instance still takes jobs: when the dispatcher last finished a round, and whether it hangs in one. Waiting
 * for a free worker thread is no stall. One dispatcher at a time writes; any thread may read.
 */
final class Pulse {

    private final Duration limit;
    private final LongSupplier nanos;

    private volatile long succeededAt;
    private volatile long begunAt;
    private volatile boolean inRound;
    private volatile boolean waits;

    /** @param nanos a monotonic clock */
    Pulse(Duration limit, LongSupplier nanos) {
        this.limit = limit;
        this.nanos = nanos;
        this.succeededAt = nanos.getAsLong();
        this.begunAt = succeededAt;
    }

    /** All slots are in use. */
    void waitsForThread() {
        waits = true;
    }

    /** A round begins. If the dispatcher waited for a thread, that counts like a round that succeeded. */
    void begun() {
        begunAt = nanos.getAsLong();
        if (waits) {
            succeededAt = begunAt;
            waits = false;
        }
        inRound = true;
    }

    void ended(boolean success) {
        inRound = false;
        if (success) {
            succeededAt = nanos.getAsLong();
        }
    }

    /** Whether one round has lasted longer than the limit. */
    boolean hangs() {
        return inRound && over(begunAt);
    }

    /** Whether no round has succeeded for longer than the limit. */
    boolean stalled() {
        return !waits && over(succeededAt);
    }

    private boolean over(long since) {
        return nanos.getAsLong() - since > limit.toNanos();
    }
}
