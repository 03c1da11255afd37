package io.mivaa.batch.worker.watch;

import io.mivaa.batch.worker.attempt.Attempt;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interrupts attempts that have exceeded their time limit, and gives up threads that ignore the interrupt. So an
 * instance that renews its lease never keeps a job longer than its time limit and the grace period. Used by one thread.
 */
public final class Watchdog {

    private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

    private final Supplier<Collection<Attempt>> running;
    private final Duration grace;
    private final Consumer<Attempt> replace;

    /**
     * @param grace how long an attempt may take to stop
     * @param replace settles an attempt whose thread was given up, on another
     */
    public Watchdog(Supplier<Collection<Attempt>> running, Duration grace, Consumer<Attempt> replace) {
        this.running = running;
        this.grace = grace;
        this.replace = replace;
    }

    public void once() {
        for (Attempt attempt : running.get()) {
            try {
                attempt.stopWhenOverdue();
                if (attempt.abandonAfter(grace)) {
                    replace.accept(attempt);
                }
            } catch (RuntimeException | Error e) {
                // An executor drops a task that throws. Then no attempt would ever be stopped again.
                log.error("The watchdog failed on job {}", attempt.claim().job(), e);
            }
        }
    }
}
