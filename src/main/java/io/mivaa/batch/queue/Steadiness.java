package io.mivaa.batch.queue;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long PostgreSQL has responded without interruption. While it does not answer, no instance can renew its lease. So
 * right after an outage all of them look dead, until each had time to renew. Used by one thread.
 */
final class Steadiness {

    private final Runnable question;
    private final Duration enough;
    private final LongSupplier nanos;

    private @Nullable Long since;
    private long lastAnswer;

    /**
     * @param question throws if there is no answer
     * @param enough a time without an answer that counts as a break, and the time that must have passed since the last
     *     break
     * @param nanos a monotonic clock
     */
    Steadiness(Runnable question, Duration enough, LongSupplier nanos) {
        this.question = question;
        this.enough = enough;
        this.nanos = nanos;
    }

    /**
     * Asks PostgreSQL.
     *
     * @return whether the last break is long enough ago
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
