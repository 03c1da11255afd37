package io.mivaa.batch.worker.watch;

import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.HeldClaims;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.worker.settings.WorkerSettings;
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
 * Renews the lease of this instance, on a thread of its own so that no job can delay it. Also returns strays to the
 * queue: jobs that the database assigns to this instance but that no thread here works on.
 *
 * <p>The lease belongs to the instance, not to a job. It shows that the process is alive, not that a job makes
 * progress. The {@link Watchdog} ends a job without progress: after its time limit and a grace period, the job is
 * settled with its fence and its thread is given up.
 */
public final class Heartbeat {

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

    public Heartbeat(Instances instances, HeldClaims claims, InstanceId instance, WorkerSettings settings) {
        this.instances = instances;
        this.claims = claims;
        this.instance = instance;
        this.settings = settings;
    }

    /**
     * Registers the instance and starts the thread. If PostgreSQL is unavailable, a later beat registers it, and it
     * takes no jobs before that.
     *
     * @param running the jobs that this instance works on
     */
    public void start(Supplier<Set<JobId>> running) {
        this.running = running;
        try {
            register();
            instances.forgetDead(Duration.ofDays(1));
        } catch (DataAccessException e) {
            log.warn("Instance {} takes no jobs until PostgreSQL responds: {}", instance, e.toString());
        }
        long period = settings.heartbeat().toMillis();
        Future<?> unused = thread.scheduleWithFixedDelay(this::beatOnSchedule, period, period, TimeUnit.MILLISECONDS);
    }

    /** Whether the other instances still count this one as alive; by a monotonic clock. */
    public boolean leaseStands() {
        return System.nanoTime() - leaseUntil < 0;
    }

    public InstanceId instance() {
        return instance;
    }

    /** The claims, through the connections that renew the lease. */
    public HeldClaims claims() {
        return claims;
    }

    /** From now on the instance is shown as draining. */
    public void drain() {
        draining = true;
    }

    /**
     * Stops the heartbeat.
     *
     * @param leave whether the lease ends at once; false if a claim may still return; the lease then expires
     */
    public void stop(boolean leave) {
        thread.shutdownNow();
        if (!leave) {
            log.info("The lease of instance {} is left to expire: a claim has not returned", instance);
            return;
        }
        try {
            instances.leave(instance);
        } catch (RuntimeException e) {
            log.info("The lease of instance {} is left to expire: {}", instance, e.toString());
        }
    }

    private void beatOnSchedule() {
        try {
            beat();
        } catch (RuntimeException | Error e) {
            // An executor drops a task that throws. Without its lease this instance would never take a job again.
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
