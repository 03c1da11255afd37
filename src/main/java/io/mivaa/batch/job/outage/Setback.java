package io.mivaa.batch.job.outage;

import org.slf4j.Logger;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Logs failures of a pass that is repeated every second or more often. An outage of PostgreSQL is logged by the
 * dispatcher and visible in the health of the service, so it is only a debug line here. Any other failure is logged once,
 * until a pass succeeds again. Thread-safe.
 */
public final class Setback {

    private final Logger log;
    private volatile boolean logged;

    public Setback(Logger log) {
        this.log = log;
    }

    /**
     * Logs that a pass has failed.
     *
     * @param what the consequence until the next pass, as the beginning of a sentence
     */
    public void failed(String what, RuntimeException failure) {
        if (!isOutage(failure) && !logged) {
            logged = true;
            log.warn("{}; every pass tries again", what, failure);
        } else {
            log.debug("{}: {}", what, failure.toString());
        }
    }

    /** A pass has succeeded. */
    public void over() {
        logged = false;
    }

    private static boolean isOutage(RuntimeException failure) {
        return failure instanceof DataAccessResourceFailureException
                || failure instanceof TransientDataAccessException
                || failure instanceof RecoverableDataAccessException
                || failure instanceof TransactionException;
    }
}
