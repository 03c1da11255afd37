package io.mivaa.batch.queue;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.control.Cancellation;
import io.mivaa.batch.job.outage.Setback;
import io.mivaa.batch.job.waiting.Backlog;
import io.mivaa.batch.job.waiting.Backlog.Waiting;
import io.mivaa.batch.job.waiting.Takeover;
import io.mivaa.batch.job.waiting.Takeover.TakenBack;
import io.mivaa.batch.queue.HintLists.Held;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Makes Redis agree with PostgreSQL, which is authoritative. Takes back the jobs of dead instances. Pushes queued jobs
 * that have no hint: after a crash between commit and push, after an instance died between take and claim, after Redis
 * lost data. No instance counts as dead before PostgreSQL has answered for a while, because during an outage no
 * instance could renew its lease.
 *
 * <p>While a worker is between take and claim, a batch has fewer hints than queued jobs. A batch therefore counts as
 * short only if it has no hint left or lacks more than all workers can be about to claim, and it is repaired only if it
 * was short in two consecutive passes. In the first round after the start, every batch that lacks a hint is repaired at
 * once. The claim refuses hints that are pushed in excess. A batch that has hints but no place in the rings gets one.
 * Batches that limit how many of their jobs may run are left to the {@link Promoter}. If very many batches wait, a pass
 * looks at the next thousand of them, and at those that were short.
 */
@Component
class Reconciler {

    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    private static final int MAX = 500;

    /** More than all instances together can hold between take and claim. */
    private static final int SLACK = 1000;

    /** How many batches one pass looks at, so that a pass stays short however many there are. */
    private static final int PAGE = 1000;

    private final Backlog backlog;
    private final Setback setback = new Setback(log);
    private final Takeover takeover;
    private final Cancellation cancellation;
    private final Steadiness steadiness;
    private final JobQueue queue;
    private final HintLists lists;
    private final int maxCrashes;
    private final Counter repaired;
    private final Counter takenBack;
    private final Counter buried;

    private Set<BatchId> shortBefore = Set.of();
    private @Nullable BatchId after;
    private boolean first = true;

    Reconciler(
            Backlog backlog,
            Takeover takeover,
            Cancellation cancellation,
            JobQueue queue,
            HintLists lists,
            QueueSettings settings,
            MeterRegistry meters) {
        this.backlog = backlog;
        this.takeover = takeover;
        this.cancellation = cancellation;
        this.steadiness = new Steadiness(backlog::ping, settings.outageGrace(), System::nanoTime);
        this.queue = queue;
        this.lists = lists;
        this.maxCrashes = settings.maxCrashes();
        this.repaired = Counter.builder("mivaa.reconciler.hints.restored")
                .description("Queued jobs that had no hint in Redis and got one")
                .register(meters);
        this.takenBack = Counter.builder("mivaa.reconciler.jobs.taken.back")
                .description("Jobs taken back from instances whose lease had expired")
                .register(meters);
        this.buried = Counter.builder("mivaa.reconciler.jobs.buried")
                .description("Jobs given up as POISON because too many instances died while running them")
                .register(meters);
    }

    @Scheduled(fixedDelayString = "${mivaa.queue.reconcile-every:1s}")
    void reconcileOnSchedule() {
        try {
            if (steadiness.holds()) {
                takeBack();
            }
            if (cancellation.cancelLeftover()) {
                log.info("Cancelled jobs that were replayed while their batch was cancelled");
            }
            restoreHints();
            setback.over();
        } catch (DataAccessException | TransactionException e) {
            setback.failed("Missing hints wait for the next pass", e);
        }
    }

    /** Puts the jobs of dead instances back into the queue. */
    void takeBack() {
        TakenBack orphans = takeover.takeBackFromDeadInstances(MAX, maxCrashes);
        takenBack.increment(orphans.queued().size());
        buried.increment(orphans.buried());
        if (orphans.buried() > 0) {
            log.error("Gave up {} jobs: {} instances died while running each of them", orphans.buried(), maxCrashes);
        }
        if (!orphans.queued().isEmpty()) {
            log.warn(
                    "Took back {} jobs of instances whose lease has expired; they are queued again",
                    orphans.queued().size());
            queue.push(orphans.queued());
        }
    }

    /** Gives every queued job that may run a hint if it has none. */
    synchronized void restoreHints() {
        List<Waiting> page = backlog.waitingBatches(after, PAGE);
        List<Waiting> waiting = withThoseThatWereShort(page);
        List<Held> held = lists.held(waiting.stream().map(Waiting::lane).toList());
        Set<BatchId> nowShort = new HashSet<>();
        for (int i = 0; i < waiting.size(); i++) {
            repair(waiting.get(i), held.get(i), nowShort);
        }
        shortBefore = nowShort;
        after = page.size() < PAGE ? null : page.get(page.size() - 1).lane().batch();
        first = first && after != null;
    }

    private void repair(Waiting batch, Held held, Set<BatchId> nowShort) {
        if (held.length() > 0 && !held.seated()) {
            queue.seat(batch.lane());
        }
        BatchId id = batch.lane().batch();
        if (isShort(batch, held.length())) {
            if (first || shortBefore.contains(id)) {
                restore(batch);
            } else {
                nowShort.add(id);
            }
        }
    }

    /**
     * Whether hints are missing. While others are left, a few missing ones do not count, because workers may be about
     * to claim these jobs. In the first round they do count.
     */
    private boolean isShort(Waiting batch, long hints) {
        boolean draining = hints > 0 && batch.hints() - hints < SLACK;
        return hints < batch.hints() && (first || !draining);
    }

    /** The page and the batches that were short in the last pass, small ones first. */
    private List<Waiting> withThoseThatWereShort(List<Waiting> page) {
        Set<BatchId> there = page.stream().map(batch -> batch.lane().batch()).collect(Collectors.toSet());
        List<BatchId> missing =
                shortBefore.stream().filter(batch -> !there.contains(batch)).toList();
        return Stream.concat(
                        page.stream(), missing.isEmpty() ? Stream.empty() : backlog.waitingBatches(missing).stream())
                .sorted(Comparator.comparingInt(Waiting::hints))
                .toList();
    }

    /** Reads Redis before PostgreSQL, so that a job claimed meanwhile does not look like one without a hint. */
    private void restore(Waiting batch) {
        BatchId id = batch.lane().batch();
        Set<JobId> hinted = new HashSet<>(lists.hints(id));
        List<JobId> missing = backlog.queuedJobs(id).stream()
                .filter(job -> !hinted.contains(job))
                .toList();
        if (!missing.isEmpty()) {
            queue.push(batch.lane(), missing);
            repaired.increment(missing.size());
            log.info("Restored {} hints of batch {} that were missing in Redis", missing.size(), id);
        }
    }
}
