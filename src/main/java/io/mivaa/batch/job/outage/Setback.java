package io.mivaa.batch.job.outage;

import org.slf4j.Logger;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Failures of something that is tried again every second or more often. That a server is away the dispatcher and the
 * health endpoint say; what else goes wrong is told once, until it goes well again. Thread-safe.
 */
public final class Setback {

    private final Logger log;
    private volatile boolean told;

    public Setback(Logger log) {
        this.log = log;
    }

    /** @param what stays undone until the next pass */
    public void tell(String what, RuntimeException failure) {
        if (!passes(failure) && !told) {
            told = true;
            log.warn("{}; every pass tries again", what, failure);
        } else {
            log.debug("{}: {}", what, failure.toString());
        }
    }

    /** It went well. */
    public void over() {
        told = false;
    }

    private static boolean passes(RuntimeException failure) {
        return failure instanceof DataAccessResourceFailureException
                || failure instanceof TransientDataAccessException
                || failure instanceof RecoverableDataAccessException
                || failure instanceof TransactionException;
    }
}
