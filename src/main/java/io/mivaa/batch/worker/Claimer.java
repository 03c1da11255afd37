package io.mivaa.batch.worker;

import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.Settling;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims jobs for this instance, and hands them back. A job is a suspect if at least two instances have died while they
 * ran it, and only one suspect runs at a time on this instance. A crash is charged to every job that the dead instance
 * was running, because it is unknown which document caused it. Running suspects one at a time keeps an innocent
 * document from being charged a third time for the crash of another one. The other suspects lose their hints, and get
 * new ones when those of their batch are used up. Thread-safe.
 */
final class Claimer {

    private static final Logger log = LoggerFactory.getLogger(Claimer.class);

    /** Crashes up to which a job is not suspected. */
    private static final int UNSUSPECTED = 1;

    private final Claims claims;
    private final Settling settling;
    private final InstanceId instance;
    private final Workers workers;

    private volatile boolean stopping;

    Claimer(Claims claims, Settling settling, InstanceId instance, Workers workers) {
        this.claims = claims;
        this.settling = settling;
        this.instance = instance;
        this.workers = workers;
    }

    /** Claims the hinted jobs that are still queued and may run; none while the instance stops. */
    List<Claim> claim(List<JobId> hints) {
        List<Claim> taken = claims.take(hints, instance, crashesAllowed());
        if (!stopping) {
            return taken;
        }
        // An interrupted thread gets no connection if it has to wait for one.
        boolean unused = Thread.interrupted();
        handBack(taken);
        return List.of();
    }

    /** Whether a claimed job may run beside those that run now. */
    boolean mayRun(Claim claim) {
        return claim.crashes() <= crashesAllowed();
    }

    private int crashesAllowed() {
        return workers.running().stream().anyMatch(attempt -> attempt.claim().crashes() > UNSUSPECTED)
                ? UNSUSPECTED
                : Claims.ANY_CRASHES;
    }

    /** From now on, what a claim still brings is handed back, so that a stop costs no job a crash. */
    void stop() {
        stopping = true;
    }

    /** Puts jobs back into the queue. Another instance takes over what PostgreSQL does not take back. */
    void handBack(List<Claim> taken) {
        for (Claim claim : taken) {
            try {
                settling.handBack(claim);
            } catch (RuntimeException e) {
                log.info("Job {} was not handed back: {}", claim.job(), e.toString());
            }
        }
    }
}
