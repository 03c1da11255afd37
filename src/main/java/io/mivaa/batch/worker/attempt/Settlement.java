package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.ClaimLost;
import io.mivaa.batch.job.claim.Settling;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * Runs the transaction that settles a job until its result is known, through outages of PostgreSQL. The fence, not the
 * lease, is the authority: while it stands, the outcome is worth keeping. So the transaction is tried again until it is
 * committed, the claim is lost, or the instance stops.
 */
final class Settlement {

    private static final Logger log = LoggerFactory.getLogger(Settlement.class);

    private static final long PAUSE_MILLIS = 500;

    private final Claim claim;
    private final Settling settling;
    private final CountDownLatch stopping;

    /** @param stopping opens when the instance stops, which ends the wait for PostgreSQL */
    Settlement(Claim claim, Settling settling, CountDownLatch stopping) {
        this.claim = claim;
        this.settling = settling;
        this.stopping = stopping;
    }

    /**
     * Runs the transaction until its result is known. If the connection breaks during the commit, the result is
     * unknown. The next try then finds its own claim gone, and {@link Settling#settled} distinguishes that from a lost
     * claim.
     *
     * @return what the transaction returns
     * @throws ClaimLost if another instance has the job
     * @throws CancellationException if the instance stopped first
     */
    boolean once(Supplier<Boolean> transaction) {
        try {
            return transaction.get();
        } catch (RuntimeException failure) {
            if (!databaseAway(failure)) {
                throw failure;
            }
            pause(failure);
            return again(transaction);
        }
    }

    /** The same after a first try, in a group, that failed and may have been committed all the same. */
    boolean again(Supplier<Boolean> transaction) {
        while (true) {
            try {
                return unlessSettled(transaction);
            } catch (RuntimeException failure) {
                if (!databaseAway(failure)) {
                    throw failure;
                }
                pause(failure);
            }
        }
    }

    private void pause(RuntimeException failure) {
        log.warn("Job {} cannot be settled until PostgreSQL responds: {}", claim.job(), failure.toString());
        if (stopped()) {
            throw new CancellationException("stopped before the job was settled");
        }
    }

    private boolean stopped() {
        try {
            return stopping.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private boolean unlessSettled(Supplier<Boolean> transaction) {
        try {
            return transaction.get();
        } catch (ClaimLost lost) {
            if (settling.settled(claim)) {
                return true;
            }
            throw lost;
        }
    }

    /** Whether the database is at fault, not the job. */
    static boolean databaseAway(Throwable failure) {
        return failure instanceof DataAccessResourceFailureException
                || failure instanceof TransientDataAccessException
                || failure instanceof RecoverableDataAccessException
                || failure instanceof CannotCreateTransactionException
                || failure instanceof TransactionSystemException;
    }
}
