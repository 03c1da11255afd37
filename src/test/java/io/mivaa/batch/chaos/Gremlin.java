package io.mivaa.batch.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Does one thing after another to its victim, with pauses between, and mends what it broke. Its decisions depend on its
 * seed alone. One thread.
 */
final class Gremlin implements Runnable {

    private final String name;
    private final Random random;
    private final int pauseMillis;
    private final Tally tally;
    private final BooleanSupplier over;
    private final List<String> cards = new ArrayList<>();
    private final Map<String, Runnable> deeds = new LinkedHashMap<>();
    private @Nullable Throwable failure;

    /** @param pauseMillis the mean pause */
    Gremlin(String name, long seed, int pauseMillis, Tally tally, BooleanSupplier over) {
        this.name = name;
        this.random = new Random(seed ^ ((long) name.hashCode() << 32));
        this.pauseMillis = pauseMillis;
        this.tally = tally;
        this.over = over;
    }

    Random random() {
        return random;
    }

    /** @param share how often, among all that it may do */
    Gremlin may(String what, int share, Runnable deed) {
        deeds.put(what, deed);
        for (int i = 0; i < share; i++) {
            cards.add(what);
        }
        return this;
    }

    /** Waits between these bounds, or until all is over. */
    void linger(int fromMillis, int toMillis) {
        long end = System.nanoTime() + 1_000_000L * (fromMillis + random.nextInt(toMillis - fromMillis + 1));
        while (System.nanoTime() < end && !over.getAsBoolean()) {
            Patience.pause(Duration.ofMillis(20));
        }
    }

    @Override
    public void run() {
        var deck = new Deck<>(cards, random);
        try {
            linger(pauseMillis / 2, pauseMillis);
            while (!over.getAsBoolean()) {
                act(deck.deal());
                linger(pauseMillis / 2, pauseMillis * 3 / 2);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    private void act(String what) {
        try {
            deeds.getOrDefault(what, () -> {}).run();
            tally.count(what);
        } catch (org.springframework.dao.DataAccessException e) {
            tally.count(what + ": not possible, the server was away");
        }
    }

    /** What made it give up before its time, which is a failure of the run. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    public String toString() {
        return name;
    }
}
