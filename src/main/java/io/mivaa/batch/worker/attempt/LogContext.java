package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.claim.Claim;
import org.slf4j.MDC;

/** Puts the ids of a job into the structured log lines of what is done for it. */
final class LogContext {

    private LogContext() {}

    /** Runs the work with the ids in the calling thread's context. */
    static void run(Claim claim, Runnable work) {
        MDC.put("job.id", claim.job().toString());
        MDC.put("batch.id", claim.batch().toString());
        MDC.put("workspace", claim.workspace().name());
        try {
            work.run();
        } finally {
            MDC.clear();
        }
    }
}
