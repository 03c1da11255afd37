package io.mivaa.batch.worker;

import io.micrometer.core.instrument.Counter;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.queue.HintSource;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The life of this instance's worker threads. One dispatcher thread takes hints for the slots that are free, claims
 * them in one statement, and gives each claim to a worker thread. Started last and stopped first: no new claims, then
 * up to the drain time for what runs, then the rest is handed back; the heartbeat is the last thing to stop.
 */
final class WorkerPool implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    /** For attempts that were interrupted at the end of the drain time to hand their job back. */
    private static final Duration HAND_BACK = Duration.ofSeconds(5);

    private static final Duration WATCH_EVERY = Duration.ofMillis(100);

    private static final int UNSUSPECTED = 1;

    /** Without Redis the same jobs would be offered again at once. */
    private static final Duration NOTHING_CLAIMED = Duration.ofMillis(50);

    private static final long LINGER_MICROS = 300;

    private final WorkerSettings settings;
    private final HintSource hintSource;
    private final Workbench bench;
    private final Heartbeat heartbeat;
    private final MemoryGuard memory;
    private final InstanceId instance;
    private final RandomGenerator random;

    /** By attempt, not by job: one that was taken over and came back here may be at work twice. */
    private final Set<Attempt> running = ConcurrentHashMap.newKeySet();

    private final Semaphore slots;
    private final Abandoned abandoned;
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService watchdog;
    private final Pulse pulse;
    private final Counter rebuilt;
    private final ScheduledExecutorService progress;

    private volatile Thread dispatcher;
    private volatile Round round = new Round(0);
    private volatile boolean draining;
    private volatile boolean started;

    WorkerPool(
            WorkerSettings settings,
            HintSource hintSource,
            Workbench bench,
            Heartbeat heartbeat,
            MemoryGuard memory,
            InstanceId instance,
            RandomGenerator random) {
        this.settings = settings;
        this.hintSource = hintSource;
        this.bench = bench;
        this.heartbeat = heartbeat;
        this.memory = memory;
        this.instance = instance;
        this.random = random;
        this.slots = new Semaphore(settings.concurrency());
        this.abandoned = bench.abandoned();
        AtomicInteger number = new AtomicInteger();
        // Daemons, because a thread that nothing stops must not keep the process; stop() waits for the others.
        this.workers = (ThreadPoolExecutor) Executors.newFixedThreadPool(
                settings.concurrency(), task -> daemon(task, "worker-" + number.incrementAndGet()));
        this.watchdog = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "watchdog"));
        this.pulse = new Pulse(settings.stallLimit(), System::nanoTime);
        this.rebuilt = bench.metrics().dispatchersRebuilt();
        this.progress = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "progress"));
        this.dispatcher = new Thread(this::dispatch, "dispatcher");
    }

    @Override
    public void start() {
        started = true;
        heartbeat.start(
                () -> running.stream().map(attempt -> attempt.claim().job()).collect(Collectors.toSet()));
        every(WATCH_EVERY, watchdog, new Watchdog(() -> running, settings.abandonAfter(), this::replace)::once);
        every(settings.progressEvery(), progress, new ProgressRound(heartbeat.claims(), () -> running)::once);
        dispatcher.start();
        Future<?> unused = watchdog.scheduleWithFixedDelay(this::rebuildHungDispatcher, 1, 1, TimeUnit.SECONDS);
        log.info("Instance {} takes jobs with {} worker threads", instance, settings.concurrency());
    }

    @Override
    public void stop() {
        draining = true;
        heartbeat.drain();
        dispatcher.interrupt();
        try {
            dispatcher.join(HAND_BACK.toMillis());
            if (!idleWithin(settings.drain())) {
                log.info("{} jobs still run after {}; they are handed back", running.size(), settings.drain());
                running.forEach(attempt -> attempt.stop(Leash.Stop.DRAIN));
                bench.stopping().countDown();
                if (!idleWithin(HAND_BACK)) {
                    log.warn(
                            "{} jobs did not stop; they are handed back, and what they come to is lost",
                            running.size());
                    handBack(running.stream().map(Attempt::claim).toList());
                }
            }
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
    private boolean idleWithin(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        while (!running.isEmpty()) {
            if (System.nanoTime() - until >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }

    /** After whoever answers waiting readers, before the web server. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    @Override
    public boolean isRunning() {
        return started;
    }

    private void dispatch() {
        List<JobId> hints = List.of();
        boolean outage = false;
        while (!draining && dispatcher == Thread.currentThread()) {
            try {
                hints = pass(hints);
                if (outage) {
                    outage = false;
                    log.info("Jobs are taken again");
                }
            } catch (InterruptedException e) {
                // Only who ends this dispatcher interrupts it; the loop ends by its condition.
            } catch (PassFailed failed) {
                hints = failed.hints;
                if (!outage) {
                    outage = true;
                    log.warn("No jobs are taken until PostgreSQL answers again: {}", failed.toString());
                }
                pauseAfterFailure();
            }
        }
    }

    /**
     * One round: takes hints for the free slots (unless some are left from a claim that failed), claims and hands out.
     *
     * @return hints that are left: none
     */
    List<JobId> pass(List<JobId> left) throws InterruptedException {
        if (!slots.tryAcquire()) {
            pulse.waitsForThread();
            slots.acquire();
            // More slots become free within moments, and a claim for all of them costs little more than for one.
            TimeUnit.MICROSECONDS.sleep(LINGER_MICROS);
        }
        pulse.begun();
        boolean success = false;
        int free = 1;
        while (free < settings.claimSize() && slots.tryAcquire()) {
            free++;
        }
        int used = 0;
        List<JobId> hints = left;
        Round current = new Round(free);
        round = current;
        try {
            int most = memory.allow(free, running.size());
            success = heartbeat.leaseStands();
            if (most == 0 || !success) {
                hintSource.await(settings.idlePoll());
                return hints;
            }
            success = false;
            if (hints.isEmpty()) {
                hints = hintSource.take(most);
            }
            success = true;
            if (hints.isEmpty()) {
                hintSource.await(settings.idlePoll()
                        .plusMillis(random.nextLong(settings.idlePoll().toMillis() / 2 + 1)));
                return hints;
            }
            success = false;
            List<Claim> claims =
                    bench.claims().take(hints.subList(0, Math.min(most, hints.size())), instance, crashesAllowed());
            if (draining) {
                // An interrupted thread gets no connection where it would have to wait for one.
                Thread.interrupted();
                handBack(claims);
                return List.of();
            }
            if (!current.end()) {
                // Its slots are another's by now: nobody is at these jobs, and the heartbeat gives them back.
                return List.of();
            }
            for (Claim claim : claims) {
                if (claim.crashes() > UNSUSPECTED && claim.crashes() > crashesAllowed()) {
                    handBack(List.of(claim));
                } else {
                    handOut(claim);
                    used++;
                }
            }
            if (claims.isEmpty() && hintSource.degraded()) {
                hintSource.await(NOTHING_CLAIMED);
            }
            success = true;
            return hints.size() <= most ? List.of() : List.copyOf(hints.subList(most, hints.size()));
        } catch (RuntimeException | Error failure) {
            // Even when memory is out, because of some document, this thread must go on.
            throw new PassFailed(hints, failure);
        } finally {
            if (current.end()) {
                slots.release(free - used);
                pulse.ended(success);
            }
        }
    }

    /** Whether this instance should take jobs and has not been able to for longer than the stall limit. */
    boolean stalled() {
        return started && !draining && pulse.stalled();
    }

    /**
     * A dispatcher that hangs in a call, against all timeouts, is replaced by another, which gets its slots. When the
     * call comes back after all, the old one ends.
     */
    private void rebuildHungDispatcher() {
        Round hanging = round;
        if (!draining && pulse.hangs() && hanging.revoke()) {
            log.error("The dispatcher has hung for more than {}; another takes its place", settings.stallLimit());
            rebuilt.increment();
            pulse.ended(false);
            slots.release(hanging.slots());
            Thread hung = dispatcher;
            Thread next = new Thread(this::dispatch, "dispatcher");
            dispatcher = next;
            try {
                next.start();
                hung.interrupt();
            } catch (Error noThread) {
                // A task that throws is dropped by its executor; the old one goes on when its call comes back.
                dispatcher = hung;
                log.error("No thread can be had for another dispatcher", noThread);
            }
        }
    }

    /**
     * A crash is charged to everything the dead instance was at, because nobody knows which document did it. So of
     * those that were there both times one at a time runs here: no document that is innocent is charged for the third
     * time with the crash of one that is not. The others lose their hints, and get new ones when those of their batch
     * are used up.
     */
    private int crashesAllowed() {
        return running.stream().anyMatch(attempt -> attempt.claim().crashes() > UNSUSPECTED)
                ? UNSUSPECTED
                : Claims.ANY_CRASHES;
    }

    /** So that a stop costs no job a crash. What is not handed back another instance takes over. */
    private void handBack(List<Claim> claims) {
        for (Claim claim : claims) {
            try {
                bench.settling().handBack(claim);
            } catch (RuntimeException e) {
                log.info("Job {} was not handed back: {}", claim.job(), e.toString());
            }
        }
    }

    private void handOut(Claim claim) {
        Attempt attempt = new Attempt(claim, bench, workers, running::remove);
        running.add(attempt);
        try {
            workers.execute(() -> work(attempt));
        } catch (RuntimeException | Error failure) {
            // Nobody is at the job: the heartbeat gives it back.
            running.remove(attempt);
            throw failure;
        }
    }

    private void work(Attempt attempt) {
        try {
            attempt.run();
        } finally {
            if (attempt.wasAbandoned()) {
                boolean free = abandoned.remove();
                resize();
                if (free) {
                    slots.release();
                }
            } else {
                slots.release();
            }
        }
    }

    /** A thread was given up: another settles the attempt, and has its slot then, unless there are too many of them. */
    private void replace(Attempt attempt) {
        abandoned.add();
        resize();
        try {
            workers.execute(() -> settle(attempt));
        } catch (RuntimeException | Error noThread) {
            // Nobody is at the job: the heartbeat gives it back.
            running.remove(attempt);
            throw noThread;
        }
    }

    private void settle(Attempt abandonedAttempt) {
        try {
            abandonedAttempt.settleAbandoned();
        } finally {
            running.remove(abandonedAttempt);
            if (abandoned.replace()) {
                slots.release();
            }
        }
    }

    /** A thread for each slot, besides those that were given up. */
    private synchronized void resize() {
        int threads = settings.concurrency() + Math.max(0, abandoned.threads());
        workers.setMaximumPoolSize(Math.max(threads, workers.getCorePoolSize()));
        workers.setCorePoolSize(threads);
        workers.setMaximumPoolSize(threads);
    }

    private static void every(Duration period, ScheduledExecutorService thread, Runnable task) {
        Future<?> unused =
                thread.scheduleWithFixedDelay(task, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void pauseAfterFailure() {
        try {
            TimeUnit.MILLISECONDS.sleep(200 + random.nextInt(300));
        } catch (InterruptedException e) {
            // Only stop() interrupts; the loop ends by its condition.
            Thread.interrupted();
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** A pass failed with hints in hand; they are kept for the next one. */
    private static final class PassFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<JobId> hints;

        PassFailed(List<JobId> hints, Throwable cause) {
            super(cause.toString(), cause);
            this.hints = hints;
        }
    }
}
