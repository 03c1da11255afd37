package io.mivaa.batch.job.claim;

/** The job is no longer ours: cancelled, or taken over after our lease ran out. A normal outcome, not an error. */
public final class ClaimLost extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClaimLost(Claim claim) {
        super("fence " + claim.fence() + " of job " + claim.job() + " no longer stands", null, false, false);
    }
}
