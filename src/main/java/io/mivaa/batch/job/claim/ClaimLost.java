package io.mivaa.batch.job.claim;

/** The claim is no longer valid: the job was cancelled, or taken over after the lease expired. Not an error. */
public final class ClaimLost extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public ClaimLost(Claim claim) {
        super("fence " + claim.fence() + " of job " + claim.job() + " no longer stands", null, false, false);
    }
}
