package io.mivaa.batch.worker;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.worker.attempt.Attempt;
import io.mivaa.batch.worker.attempt.Leash;
import io.mivaa.batch.worker.attempt.Workbench;
import io.mivaa.batch.worker.watch.Abandoned;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The worker threads of this instance and the attempts they run. A job needs a slot before it may be claimed, and the
 * slot is free again when its thread is. Thread-safe.
 */
final class Workers {

    private static final long LINGER_MICROS = 300;

    private final Workbench bench;
    private final Abandoned abandoned;
    private final int concurrency;
    private final Semaphore slots;
    private final ThreadPoolExecutor threads;

    /** By attempt, not by job: a job that was taken over and came back here may have two. */
    private final Set<Attempt> running = ConcurrentHashMap.newKeySet();

    Workers(int concurrency, Workbench bench, Abandoned abandoned) {
        this.concurrency = concurrency;
        this.bench = bench;
        this.abandoned = abandoned;
        this.slots = new Semaphore(concurrency);
        AtomicInteger number = new AtomicInteger();
        this.threads = (ThreadPoolExecutor) Executors.newFixedThreadPool(concurrency, task -> {
            Thread thread = new Thread(task, "worker-" + number.incrementAndGet());
            // A thread that nothing stops must not keep the process alive; the pool's stop waits for the others.
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Reserves the free slots. Waits until there is at least one.
     *
     * @param most how many to reserve at most
     * @param waiting run before it waits
     * @return how many were reserved
     */
    int reserve(int most, Runnable waiting) throws InterruptedException {
        if (!slots.tryAcquire()) {
            waiting.run();
            slots.acquire();
            // More slots become free within moments, and a claim for all of them costs little more than for one.
            TimeUnit.MICROSECONDS.sleep(LINGER_MICROS);
        }
        int reserved = 1;
        while (reserved < most && slots.tryAcquire()) {
            reserved++;
        }
        return reserved;
    }

    /** Returns reserved slots that were not used. */
    void release(int unused) {
        slots.release(unused);
    }

    /** Starts an attempt in a reserved slot, which belongs to the attempt from now on. */
    void start(Claim claim) {
        Attempt attempt = new Attempt(claim, bench, threads, running::remove);
        running.add(attempt);
        try {
            threads.execute(() -> run(attempt));
        } catch (RuntimeException | Error failure) {
            // No thread works on the job: the heartbeat returns it to the queue.
            running.remove(attempt);
            throw failure;
        }
    }

    private void run(Attempt attempt) {
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

    /**
     * Replaces a thread that was given up: another one settles the attempt and then has its slot, unless there are too
     * many such threads.
     */
    void replace(Attempt attempt) {
        abandoned.add();
        resize();
        try {
            threads.execute(() -> settle(attempt));
        } catch (RuntimeException | Error noThread) {
            // No thread works on the job: the heartbeat returns it to the queue.
            running.remove(attempt);
            throw noThread;
        }
    }

    private void settle(Attempt abandonedAttempt) {
        try {
            abandonedAttempt.settleAbandoned();
        } finally {
            if (abandoned.replace()) {
                slots.release();
            }
        }
    }

    /** One thread for each slot, besides those that were given up. */
    private synchronized void resize() {
        int size = concurrency + Math.max(0, abandoned.threads());
        threads.setMaximumPoolSize(Math.max(size, threads.getCorePoolSize()));
        threads.setCorePoolSize(size);
        threads.setMaximumPoolSize(size);
    }

    /** The attempts that are not over; without those whose thread was given up and that are settled. */
    Collection<Attempt> running() {
        return Collections.unmodifiableSet(running);
    }

    /** The jobs that this instance works on. */
    Set<JobId> jobs() {
        return running.stream().map(attempt -> attempt.claim().job()).collect(Collectors.toSet());
    }

    /** Whether all attempts are over within this time. */
    boolean idleWithin(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        while (!running.isEmpty()) {
            if (System.nanoTime() - until >= 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return true;
    }

    /** Interrupts all attempts, so that they hand back their jobs, and ends their wait for PostgreSQL. */
    void interrupt() {
        running.forEach(attempt -> attempt.stop(Leash.Stop.DRAIN));
        bench.stopping().countDown();
    }

    /** Ends the threads when they are done. */
    void shutdown() {
        threads.shutdown();
    }
}
