package io.mivaa.batch.worker;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.ClaimLost;
import io.mivaa.batch.job.claim.Settling;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

/**
 * Brings a settling transaction through while PostgreSQL comes and goes. The fence, not the lease, is the authority:
 * as long as it stands the outcome of the work is worth keeping, so it is tried again until it is committed, the claim
 * is lost, or the instance stops.
 */
final class Settlement {

    private static final Logger log = LoggerFactory.getLogger(Settlement.class);

    private static final long PAUSE_MILLIS = 500;

    private final Claim claim;
    private final Settling settling;
    private final BooleanSupplier stopped;

    /** @param stopped waits the given pause, or less, and says whether the instance has stopped */
    Settlement(Claim claim, Settling settling, BooleanSupplier stopped) {
        this.claim = claim;
        this.settling = settling;
        this.stopped = stopped;
    }

    /**
     * Runs the transaction until its outcome is known. When the connection breaks during the commit nobody knows
     * whether it was done: then the next try loses its claim to itself, which {@link Settling#settled} tells apart.
     *
     * @throws ClaimLost when somebody else has the job
     * @throws CancellationException when the instance stopped first
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

    /** The same after a first try with others that failed, and may have been committed all the same. */
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
        log.warn("Job {} waits for PostgreSQL to be settled: {}", claim.job(), failure.toString());
        if (stopped.getAsBoolean()) {
            throw new CancellationException("stopped before the job was settled");
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

    /** Whether the database, not the job, is at fault. */
    static boolean databaseAway(Throwable failure) {
        return failure instanceof DataAccessResourceFailureException
                || failure instanceof TransientDataAccessException
                || failure instanceof RecoverableDataAccessException
                || failure instanceof CannotCreateTransactionException
                || failure instanceof TransactionSystemException;
    }

    static long pauseMillis() {
        return PAUSE_MILLIS;
    }
}
