package io.mivaa.batch.worker;

import io.mivaa.batch.job.Claim;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.queue.JobQueue;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
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
    private static final long HAND_BACK_SECONDS = 5;

    private final WorkerSettings settings;
    private final JobQueue queue;
    private final Workbench bench;
    private final Heartbeat heartbeat;
    private final MemoryGuard memory;
    private final InstanceId instance;
    private final RandomGenerator random;

    private final Map<JobId, Attempt> running = new ConcurrentHashMap<>();
    private final Semaphore slots;
    private final ExecutorService workers;
    private final ScheduledExecutorService watchdog;
    private final Thread dispatcher;

    private volatile boolean draining;
    private volatile boolean started;

    WorkerPool(
            WorkerSettings settings,
            JobQueue queue,
            Workbench bench,
            Heartbeat heartbeat,
            MemoryGuard memory,
            InstanceId instance,
            RandomGenerator random) {
        this.settings = settings;
        this.queue = queue;
        this.bench = bench;
        this.heartbeat = heartbeat;
        this.memory = memory;
        this.instance = instance;
        this.random = random;
        this.slots = new Semaphore(settings.concurrency());
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newFixedThreadPool(
                settings.concurrency(), task -> new Thread(task, "worker-" + number.incrementAndGet()));
        this.watchdog = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "watchdog"));
        this.dispatcher = new Thread(this::dispatch, "dispatcher");
    }

    @Override
    public void start() {
        started = true;
        heartbeat.start(running::keySet);
        dispatcher.start();
        log.info("Instance {} takes jobs with {} worker threads", instance, settings.concurrency());
    }

    @Override
    public void stop() {
        draining = true;
        heartbeat.drain();
        dispatcher.interrupt();
        try {
            dispatcher.join(TimeUnit.SECONDS.toMillis(HAND_BACK_SECONDS));
            workers.shutdown();
            if (!workers.awaitTermination(settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
                log.info("{} jobs still run after {}; they are handed back", running.size(), settings.drain());
                running.values().forEach(attempt -> attempt.stop(Attempt.Stop.DRAIN));
                bench.stopping().countDown();
                if (!workers.awaitTermination(HAND_BACK_SECONDS, TimeUnit.SECONDS)) {
                    log.warn("{} jobs did not stop; another instance takes them over", running.size());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watchdog.shutdownNow();
            heartbeat.stop();
            started = false;
        }
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
        while (!draining) {
            try {
                hints = pass(hints);
                if (outage) {
                    outage = false;
                    log.info("Jobs are taken again");
                }
            } catch (InterruptedException e) {
                // Only stop() interrupts; the loop ends by its condition.
                outage = false;
            } catch (PassFailed failed) {
                hints = failed.hints;
                if (!outage) {
                    outage = true;
                    log.warn("No jobs are taken until PostgreSQL and Redis answer again: {}", failed.toString());
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
        slots.acquire();
        int free = 1;
        while (free < settings.claimSize() && slots.tryAcquire()) {
            free++;
        }
        int used = 0;
        List<JobId> hints = left;
        try {
            int allowed = memory.allow(free, running.size());
            slots.release(free - allowed);
            free = allowed;
            if (free == 0 || !heartbeat.leaseStands()) {
                queue.await(settings.idlePoll());
                return hints;
            }
            if (hints.isEmpty()) {
                hints = queue.take(free);
            }
            if (hints.isEmpty()) {
                queue.await(settings.idlePoll()
                        .plusMillis(random.nextLong(settings.idlePoll().toMillis() / 2 + 1)));
                return hints;
            }
            List<Claim> claims = bench.claims().take(hints.subList(0, Math.min(free, hints.size())), instance);
            for (Claim claim : claims) {
                handOut(claim);
                used++;
            }
            return hints.size() <= free ? List.of() : List.copyOf(hints.subList(free, hints.size()));
        } catch (RuntimeException | Error failure) {
            // Even when memory is out, because of some document, this thread must go on.
            throw new PassFailed(hints, failure);
        } finally {
            slots.release(free - used);
        }
    }

    private void handOut(Claim claim) {
        Attempt attempt = new Attempt(claim, bench);
        running.put(claim.job(), attempt);
        try {
            workers.execute(() -> work(attempt));
        } catch (RuntimeException | Error failure) {
            // Nobody is at the job: the heartbeat gives it back.
            running.remove(claim.job(), attempt);
            throw failure;
        }
    }

    private void work(Attempt attempt) {
        try {
            ScheduledFuture<?> timeout = watchdog.schedule(
                    () -> attempt.stop(Attempt.Stop.TIMEOUT),
                    settings.jobTimeout().toMillis(),
                    TimeUnit.MILLISECONDS);
            try {
                attempt.run();
            } finally {
                timeout.cancel(false);
            }
        } finally {
            running.remove(attempt.claim().job(), attempt);
            slots.release();
        }
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
