package io.mivaa.batch.job.claim;

/** The claim no longer stands: the job was cancelled, or taken over after the lease ran out. Not an error. */
public final class ClaimLost extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClaimLost(Claim claim) {
        super("fence " + claim.fence() + " of job " + claim.job() + " no longer stands", null, false, false);
    }
}
