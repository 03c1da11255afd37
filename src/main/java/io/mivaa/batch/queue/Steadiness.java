package io.mivaa.batch.queue;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * For how long PostgreSQL has answered without a break. While it did not answer no instance could renew its lease, so
 * that afterwards all of them look dead, until each had the time to come back. One thread.
 */
final class Steadiness {

    private final Runnable question;
    private final Duration enough;
    private final LongSupplier nanos;

    private @Nullable Long since;
    private long lastAnswer;

    /**
     * @param question throws when there is no answer
     * @param enough without an answer for so long, or with one that takes so long, it counts as a break; and so long a
     *     time must have passed since the last one
     * @param nanos a clock that nobody sets
     */
    Steadiness(Runnable question, Duration enough, LongSupplier nanos) {
        this.question = question;
        this.enough = enough;
        this.nanos = nanos;
    }

    /**
     * Asks.
     *
     * @return whether there was no break for long enough
     */
    boolean holds() {
        Long begun = since;
        since = null;
        question.run();
        long now = nanos.getAsLong();
        boolean gap = begun == null || now - lastAnswer > enough.toNanos();
        long start = gap ? now : begun;
        since = start;
        lastAnswer = now;
        return now - start >= enough.toNanos();
    }
}
