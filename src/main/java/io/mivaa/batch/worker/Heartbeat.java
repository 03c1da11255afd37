package io.mivaa.batch.worker;

import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.HeldClaims;
import io.mivaa.batch.job.claim.Instances;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Keeps the lease of this instance, on a thread of its own so that no job can hold it up, and gives back jobs that are
 * ours in the database but that nobody here is at.
 *
 * <p>The lease is the instance's, not a job's: it says that the process lives, not that a job moves. That no job is
 * kept for ever by a thread that hangs is the {@link Watchdog}'s promise: the time limit of the job and then the grace,
 * after which the job is settled by its fence and the thread given up.
 */
final class Heartbeat {

    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final Instances instances;
    private final HeldClaims claims;
    private final InstanceId instance;
    private final WorkerSettings settings;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "heartbeat");
        made.setDaemon(true);
        return made;
    });

    private List<JobId> suspects = List.of();
    private volatile long leaseUntil = System.nanoTime();
    private volatile boolean draining;
    private Supplier<Set<JobId>> running = Set::of;

    Heartbeat(Instances instances, HeldClaims claims, InstanceId instance, WorkerSettings settings) {
        this.instances = instances;
        this.claims = claims;
        this.instance = instance;
        this.settings = settings;
    }

    /**
     * Registers the instance and goes on beating. Where PostgreSQL is away just now it is registered by a later beat,
     * and takes no jobs before that.
     *
     * @param running the jobs this instance is at
     */
    void start(Supplier<Set<JobId>> running) {
        this.running = running;
        try {
            register();
            instances.forgetDead(Duration.ofDays(1));
        } catch (DataAccessException e) {
            log.warn("Instance {} takes no jobs before PostgreSQL answers: {}", instance, e.toString());
        }
        long period = settings.heartbeat().toMillis();
        Future<?> unused = thread.scheduleWithFixedDelay(this::beatQuietly, period, period, TimeUnit.MILLISECONDS);
    }

    /** Whether others still count this instance among the living, by our own clock that nobody sets. */
    boolean leaseStands() {
        return System.nanoTime() - leaseUntil < 0;
    }

    /** Through the connections that the lease is renewed by. */
    HeldClaims claims() {
        return claims;
    }

    void drain() {
        draining = true;
    }

    /** @param leave whether the lease ends at once; else when its time is over, for who may still get a claim */
    void stop(boolean leave) {
        thread.shutdownNow();
        if (!leave) {
            log.info("The lease of instance {} ends by itself: a claim has not come back", instance);
            return;
        }
        try {
            instances.leave(instance);
        } catch (RuntimeException e) {
            log.info("The lease of instance {} ends by itself: {}", instance, e.toString());
        }
    }

    private void beatQuietly() {
        try {
            beat();
        } catch (RuntimeException | Error e) {
            // An executor drops a task that throws; without its lease this instance would never take a job again.
            log.warn("Instance {} could not renew its lease and tries again: {}", instance, e.toString());
        }
    }

    private void beat() {
        long before = System.nanoTime();
        if (instances.renew(instance, settings.lease(), draining)) {
            leaseUntil = before + settings.lease().toNanos();
        } else {
            register();
        }
        suspects = claims.returnStrays(instance, running.get(), suspects);
    }

    private void register() {
        long before = System.nanoTime();
        instances.register(instance, host(), ProcessHandle.current().pid(), settings.concurrency(), settings.lease());
        leaseUntil = before + settings.lease().toNanos();
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }
}
