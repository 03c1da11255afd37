package io.mivaa.batch.worker;

import io.mivaa.batch.worker.attempt.Attempt;
import io.mivaa.batch.worker.settings.WorkerSettings;
import io.mivaa.batch.worker.watch.Heartbeat;
import io.mivaa.batch.worker.watch.ProgressRound;
import io.mivaa.batch.worker.watch.Watchdog;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts and stops everything that works on jobs in this instance: the heartbeat, the watchdog, the progress reports and
 * the dispatcher. Started last and stopped first. A stop takes no new claims, waits for running jobs up to the drain
 * time, and hands back the rest; the heartbeat stops last.
 */
public final class WorkerPool implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    /** How long attempts that were interrupted after the drain time have to hand back their jobs. */
    private static final Duration HAND_BACK = Duration.ofSeconds(5);

    private static final Duration WATCH_EVERY = Duration.ofMillis(100);

    private static final Duration DISPATCHER_EVERY = Duration.ofSeconds(1);

    private final WorkerSettings settings;
    private final Heartbeat heartbeat;
    private final Claimer claimer;
    private final Workers workers;
    private final Dispatcher dispatcher;
    private final ScheduledExecutorService watchdog = thread("watchdog");
    private final ScheduledExecutorService progress = thread("progress");

    private volatile boolean started;

    WorkerPool(WorkerSettings settings, Heartbeat heartbeat, Claimer claimer, Workers workers, Dispatcher dispatcher) {
        this.settings = settings;
        this.heartbeat = heartbeat;
        this.claimer = claimer;
        this.workers = workers;
        this.dispatcher = dispatcher;
    }

    @Override
    public void start() {
        started = true;
        heartbeat.start(workers::jobs);
        every(WATCH_EVERY, watchdog, new Watchdog(workers::running, settings.abandonAfter(), workers::replace)::once);
        every(settings.progressEvery(), progress, new ProgressRound(heartbeat.claims(), workers::running)::once);
        dispatcher.start();
        every(DISPATCHER_EVERY, watchdog, dispatcher::replaceIfHung);
        log.info("Instance {} takes jobs with {} worker threads", heartbeat.instance(), settings.concurrency());
    }

    @Override
    public void stop() {
        claimer.stop();
        heartbeat.drain();
        try {
            dispatcher.stop(HAND_BACK);
            drain();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            workers.shutdown();
            watchdog.shutdownNow();
            progress.shutdownNow();
            heartbeat.stop(!dispatcher.isAlive());
            started = false;
        }
    }

    /** Threads that were given up are not waited for. */
    private void drain() throws InterruptedException {
        if (workers.idleWithin(settings.drain())) {
            return;
        }
        log.info(
                "{} jobs are still running after {}; handing them back",
                workers.running().size(),
                settings.drain());
        workers.interrupt();
        if (!workers.idleWithin(HAND_BACK)) {
            log.warn(
                    "{} jobs ignore their interrupt; handing them back and discarding their outcomes",
                    workers.running().size());
            claimer.handBack(workers.running().stream().map(Attempt::claim).toList());
        }
    }

    /** Stops after the endpoints that answer waiting readers, and before the web server. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    @Override
    public boolean isRunning() {
        return started;
    }

    /** Whether this instance should take jobs and has not been able to for longer than the stall limit. */
    boolean stalled() {
        return started && dispatcher.stalled();
    }

    private static void every(Duration period, ScheduledExecutorService thread, Runnable task) {
        Future<?> unused =
                thread.scheduleWithFixedDelay(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }
}
