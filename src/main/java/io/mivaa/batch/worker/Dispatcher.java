package io.mivaa.batch.worker;

import io.micrometer.core.instrument.Counter;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.queue.HintSource;
import io.mivaa.batch.worker.settings.WorkerSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that takes jobs, on one thread: it runs a {@link Pass} whenever slots are free, and waits as its result
 * demands. If the thread hangs in a call, in spite of all timeouts, another one takes its place.
 */
final class Dispatcher {

    private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

    private static final Duration REFUSED_PAUSE = Duration.ofMillis(50);

    private static final int FAILED_PAUSE_MILLIS = 200;

    private static final int FAILED_JITTER_MILLIS = 300;

    private final WorkerSettings settings;
    private final HintSource hintSource;
    private final Pass pass;
    private final Workers workers;
    private final RandomGenerator random;
    private final Counter rebuilt;
    private final Pulse pulse;

    private volatile Thread thread = new Thread(this::loop, "dispatcher");
    private volatile Reservation reservation = new Reservation(0);
    private volatile boolean stopping;

    /** @param rebuilt counts the threads that hung and were replaced */
    Dispatcher(
            WorkerSettings settings,
            HintSource hintSource,
            Pass pass,
            Workers workers,
            RandomGenerator random,
            Counter rebuilt) {
        this.settings = settings;
        this.hintSource = hintSource;
        this.pass = pass;
        this.workers = workers;
        this.random = random;
        this.rebuilt = rebuilt;
        this.pulse = new Pulse(settings.stallLimit(), System::nanoTime);
    }

    void start() {
        thread.start();
    }

    /**
     * Ends the loop.
     *
     * @param atMost how long to wait for a round that has begun
     */
    void stop(Duration atMost) throws InterruptedException {
        stopping = true;
        thread.interrupt();
        thread.join(atMost.toMillis());
    }

    /** Whether a round may still return claims. */
    boolean isAlive() {
        return thread.isAlive();
    }

    /** Whether no round has succeeded for longer than the stall limit, though slots are free. */
    boolean stalled() {
        return !stopping && pulse.stalled();
    }

    private void loop() {
        List<JobId> hints = List.of();
        boolean outage = false;
        while (!stopping && thread == Thread.currentThread()) {
            try {
                Pass.Result result = round(hints);
                hints = result.hints();
                outage = report(result.failure(), outage);
                pause(result.outcome());
            } catch (InterruptedException e) {
                // Only stop() and the replacement of this thread interrupt it, and then the loop's condition is false.
            }
        }
    }

    /** Reserves the free slots, at least one, and runs one pass. */
    Pass.Result round(List<JobId> hints) throws InterruptedException {
        Reservation current = new Reservation(workers.reserve(settings.claimSize(), pulse::waitsForThread));
        pulse.begun();
        reservation = current;
        Pass.Result result = pass.run(current, hints);
        if (current.end()) {
            workers.release(current.unused());
            pulse.ended(result.succeeded());
        }
        return result;
    }

    /** Logs the first failure of an outage and its end. @return whether there is an outage now */
    private static boolean report(@Nullable Throwable failure, boolean outage) {
        if (failure != null && !outage) {
            log.warn("No jobs are taken until PostgreSQL responds again: {}", failure.toString());
        } else if (failure == null && outage) {
            log.info("Jobs are taken again");
        }
        return failure != null;
    }

    private void pause(Pass.Outcome outcome) throws InterruptedException {
        if (outcome == Pass.Outcome.FAILED) {
            TimeUnit.MILLISECONDS.sleep(FAILED_PAUSE_MILLIS + random.nextInt(FAILED_JITTER_MILLIS));
        } else if (outcome == Pass.Outcome.REFUSED) {
            hintSource.await(REFUSED_PAUSE);
        } else if (outcome != Pass.Outcome.CLAIMED) {
            long jitter = random.nextLong(settings.idlePoll().toMillis() / 2 + 1);
            hintSource.await(settings.idlePoll().plusMillis(jitter));
        }
    }

    /** Replaces the thread if it hangs. The next one gets its slots; the old one ends when its call returns. */
    void replaceIfHung() {
        Reservation hanging = reservation;
        if (!stopping && pulse.hangs() && hanging.revoke()) {
            log.error("The dispatcher has hung for more than {}; starting another one", settings.stallLimit());
            rebuilt.increment();
            pulse.ended(false);
            workers.release(hanging.slots());
            replace(thread);
        }
    }

    private void replace(Thread hung) {
        Thread next = new Thread(this::loop, "dispatcher");
        thread = next;
        try {
            next.start();
            hung.interrupt();
        } catch (Error noThread) {
            // Its caller's executor would drop a task that throws; the old thread continues when its call returns.
            thread = hung;
            log.error("Could not start a thread for another dispatcher", noThread);
        }
    }
}
