package io.mivaa.batch.throttle;

import org.jspecify.annotations.Nullable;

/**
 * Limits the rate of units by the generic cell rate algorithm: one unit is allowed per {@code interval}, and up to
 * {@code burst} units may be sent ahead of that. For a limit per minute the burst is a tenth of it, and the rest is
 * spread evenly. Therefore no period of a minute exceeds the limit, as long as no request is larger than the burst.
 *
 * @param interval milliseconds for each unit; 0 for no limit
 * @param burst units
 */
public record Bucket(double interval, int burst) {

    private static final double MINUTE = 60_000;
    private static final int PARTS = 10;

    /**
     * The bucket of a limit per minute.
     *
     * @param perMinute null for no limit
     * @param share how many share the limit evenly
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
     * Milliseconds until this many units may be sent.
     *
     * @param paid the time that the units sent before have used up, in milliseconds of the same clock as {@code now}
     */
    public double wait(double now, double paid, int units) {
        return Math.max(0, Math.max(paid, now) + (units - (double) Math.max(burst, units)) * interval - now);
    }

    /** The time used up after these units too. */
    public double pay(double now, double paid, int units) {
        return Math.max(paid, now) + units * interval;
    }
}
