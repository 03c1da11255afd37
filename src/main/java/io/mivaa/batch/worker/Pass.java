package io.mivaa.batch.worker;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.queue.HintSource;
import io.mivaa.batch.worker.watch.Heartbeat;
import io.mivaa.batch.worker.watch.MemoryGuard;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One round of the dispatcher: takes hints for the reserved slots, claims their jobs in one statement, and starts an
 * attempt for each claim. Never waits, except for PostgreSQL and Redis. One thread at a time.
 */
final class Pass {

    private final HintSource hintSource;
    private final Claimer claimer;
    private final Workers workers;
    private final Heartbeat heartbeat;
    private final MemoryGuard memory;

    Pass(HintSource hintSource, Claimer claimer, Workers workers, Heartbeat heartbeat, MemoryGuard memory) {
        this.hintSource = hintSource;
        this.claimer = claimer;
        this.workers = workers;
        this.heartbeat = heartbeat;
        this.memory = memory;
    }

    /** How a round went. */
    enum Outcome {
        /** Jobs were claimed, or another instance has claimed them. */
        CLAIMED,
        /** Nothing was claimed, and without Redis the same jobs would be offered again at once. */
        REFUSED,
        /** Nothing waits, or the heap is full. */
        IDLE,
        /** The lease may have expired, so nothing may be claimed. */
        NO_LEASE,
        /** PostgreSQL or the machine failed. */
        FAILED
    }

    /**
     * The result of a round.
     *
     * @param hints those not used, for the next round
     * @param failure null unless it failed
     */
    record Result(
            Outcome outcome, List<JobId> hints, @Nullable Throwable failure) {

        private Result(Outcome outcome, List<JobId> hints) {
            this(outcome, hints, null);
        }

        /** Whether the instance was able to take jobs, had there been any. */
        boolean succeeded() {
            return outcome != Outcome.NO_LEASE && outcome != Outcome.FAILED;
        }
    }

    /**
     * Runs one round.
     *
     * @param kept hints that the last round has not used
     */
    Result run(Reservation reservation, List<JobId> kept) {
        if (!heartbeat.leaseStands()) {
            return new Result(Outcome.NO_LEASE, kept);
        }
        List<JobId> hints = kept;
        try {
            int most = memory.allow(reservation.slots(), workers.running().size());
            if (most > 0 && hints.isEmpty()) {
                hints = hintSource.take(most);
            }
            return most == 0 || hints.isEmpty()
                    ? new Result(Outcome.IDLE, hints)
                    : claim(reservation, hints, Math.min(most, hints.size()));
        } catch (RuntimeException | Error failure) {
            // The dispatcher must survive anything, even an OutOfMemoryError that some document has caused.
            return new Result(Outcome.FAILED, hints, failure);
        }
    }

    private Result claim(Reservation reservation, List<JobId> hints, int most) {
        List<Claim> claims = claimer.claim(hints.subList(0, most));
        // If the slots were revoked meanwhile, no thread works on these jobs; the heartbeat returns them to the queue.
        if (reservation.end()) {
            claims.forEach(claim -> start(reservation, claim));
        }
        return new Result(
                claims.isEmpty() && hintSource.degraded() ? Outcome.REFUSED : Outcome.CLAIMED,
                List.copyOf(hints.subList(most, hints.size())));
    }

    private void start(Reservation reservation, Claim claim) {
        if (claimer.mayRun(claim)) {
            workers.start(claim);
            reservation.use();
        } else {
            claimer.handBack(List.of(claim));
        }
    }
}
