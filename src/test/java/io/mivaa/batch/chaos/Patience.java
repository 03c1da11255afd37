package io.mivaa.batch.chaos;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waiting with an end. */
final class Patience {

    private static final Duration POLL = Duration.ofMillis(100);

    private Patience() {}

    /** @throws IllegalStateException when interrupted */
    static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Asks again and again; a question that throws, because somebody is away, counts as a no.
     *
     * @return whether the answer was yes in time
     */
    static boolean await(Duration atMost, BooleanSupplier question) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (question.getAsBoolean()) {
                    return true;
                }
            } catch (RuntimeException e) {
                // Somebody is away.
            }
            pause(POLL);
        }
        return false;
    }
}
