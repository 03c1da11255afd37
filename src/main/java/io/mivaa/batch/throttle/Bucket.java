package io.mivaa.batch.throttle;

import org.jspecify.annotations.Nullable;

/**
 * How fast a limit per minute lets things through: a tenth of it at once, and the rest evenly, so that no span of a
 * minute gets more than the limit as long as none is asked for more than that tenth at a time. It is the generic cell
 * rate algorithm: each unit takes {@code interval}, and what is sent may be ahead of that by {@code burst} units.
 *
 * @param interval milliseconds for each unit; 0 for no limit
 * @param burst units
 */
record Bucket(double interval, int burst) {

    private static final double MINUTE = 60_000;
    private static final int PARTS = 10;

    /**
     * @param perMinute null for no limit
     * @param share 1 for all of it, 3 for a third
     */
    static Bucket of(@Nullable Integer perMinute, int share) {
        if (perMinute == null) {
            return new Bucket(0, 1);
        }
        int burst = Math.max(1, perMinute / share / PARTS);
        double rest = Math.max((double) perMinute / share - burst + 1, 1.0 / share);
        return new Bucket(MINUTE / rest, burst);
    }

    /**
     * Milliseconds until so many may go.
     *
     * @param paid until when what was sent before has used up the time
     */
    double wait(double now, double paid, int units) {
        return Math.max(0, Math.max(paid, now) + (units - (double) Math.max(burst, units)) * interval - now);
    }

    double pay(double now, double paid, int units) {
        return Math.max(paid, now) + units * interval;
    }
}
