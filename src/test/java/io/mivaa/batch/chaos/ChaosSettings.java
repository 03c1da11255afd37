package io.mivaa.batch.chaos;

import java.time.Duration;

/**
 * How long and how hard.
 *
 * @param duration of the faults; starting and settling come on top
 * @param instances processes of the service
 * @param seed of every decision; the moments at which they meet the service are the machine's
 * @param realModel share of the starts of a process that get the real parsers and the real model, 0 to 1
 * @param settle how long it may take until everything that was accepted is final after the faults
 */
record ChaosSettings(Duration duration, int instances, long seed, double realModel, Duration settle) {

    ChaosSettings {
        if (duration.isNegative() || instances < 1 || realModel < 0 || realModel > 1) {
            throw new IllegalArgumentException("these settings make no sense: " + duration + ", " + instances
                    + " instances, real model " + realModel);
        }
    }

    /** From {@code mivaa.chaos.seconds}, {@code instances}, {@code seed}, {@code real-model}, {@code settle-seconds}. */
    static ChaosSettings ofSystemProperties() {
        return new ChaosSettings(
                Duration.ofSeconds(Integer.getInteger("mivaa.chaos.seconds", 120)),
                Integer.getInteger("mivaa.chaos.instances", 2),
                Long.getLong("mivaa.chaos.seed", 20_260_101),
                Double.parseDouble(System.getProperty("mivaa.chaos.real-model", "0")),
                Duration.ofSeconds(Integer.getInteger("mivaa.chaos.settle-seconds", 180)));
    }

    /** How many processes must at least have been killed, whatever the dice said. */
    int leastKills() {
        return Math.max(1, (int) duration.toSeconds() / 12);
    }

    /** Of these, processes of the service. */
    int leastKillsOfServices() {
        return Math.max(1, (int) duration.toSeconds() / 40);
    }
}
