package io.mivaa.batch.job.control;

import org.jspecify.annotations.Nullable;

/** An action was refused because it would have changed more jobs than its caller expects. Nothing was done. */
public final class CountChanged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int actual;

    CountChanged(int expected, int actual) {
        super("expected " + expected + " jobs but the filter now matches " + actual);
        this.actual = actual;
    }

    /** @param expected null for any number */
    static void refuseMoreThan(@Nullable Integer expected, int actual) {
        if (expected != null && actual > expected) {
            throw new CountChanged(expected, actual);
        }
    }

    /** How many jobs there are. */
    public int actual() {
        return actual;
    }
}
