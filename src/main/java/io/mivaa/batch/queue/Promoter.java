package io.mivaa.batch.queue;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.outage.Setback;
import io.mivaa.batch.job.waiting.Backlog;
import io.mivaa.batch.job.waiting.Backlog.Waiting;
import io.mivaa.batch.job.waiting.Hint;
import io.mivaa.batch.job.waiting.Promotion;
import io.mivaa.batch.queue.HintLists.Held;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Queues jobs that have become due. Retries and scheduled jobs are rows with a time, never sleeping threads, and batches
 * that wait for others start when those have ended. Also gives hints to the batches that limit how many of their jobs may
 * run: as many as there is room for.
 */
@Component
class Promoter {

    private static final Logger log = LoggerFactory.getLogger(Promoter.class);

    private static final int MAX = 500;

    private static final int FEW = 100;

    /** How many batches with a limit one pass looks at, so that a pass stays short however many there are. */
    private static final int PAGE = 500;

    private final Promotion promotion;
    private final Backlog backlog;
    private final JobQueue queue;
    private final HintLists lists;
    private final Setback promoting = new Setback(log);
    private final Setback following = new Setback(log);

    /** The batches with a limit that had jobs waiting at the last pass. */
    private volatile List<BatchId> followed = List.of();

    private @Nullable BatchId after;

    Promoter(Promotion promotion, Backlog backlog, JobQueue queue, HintLists lists) {
        this.promotion = promotion;
        this.backlog = backlog;
        this.queue = queue;
        this.lists = lists;
    }

    @Scheduled(fixedDelayString = "${mivaa.queue.promote-every:250ms}")
    void promoteOnSchedule() {
        logFailure(promoting, () -> {
            promote();
            startDependents();
            feed();
        });
    }

    private static void logFailure(Setback setback, Runnable pass) {
        try {
            pass.run();
            setback.over();
        } catch (DataAccessException | TransactionException e) {
            setback.failed("Due jobs wait for the next pass", e);
        }
    }

    /** One pass. The promotion is committed before the push; the reconciler repairs a push that fails. */
    void promote() {
        List<Hint> due;
        do {
            due = promotion.promoteDue(MAX);
            queue.push(due);
        } while (due.size() == MAX);
    }

    /** One pass: jobs of batches whose predecessors have ended become due, or are given up. */
    void startDependents() {
        int changed;
        do {
            changed = promotion.startDependents(MAX);
        } while (changed == MAX);
    }

    /**
     * One pass over the batches with a limit; if there are many, over the next page of them. If a job was just taken, a
     * batch may get one hint too many; the claim refuses it.
     */
    synchronized void feed() {
        List<Waiting> page = backlog.boundedBatches(after, PAGE);
        boolean all = after == null && page.size() < PAGE;
        after = page.size() < PAGE ? null : page.get(page.size() - 1).lane().batch();
        topUp(page);
        followed = all && page.size() <= FEW
                ? page.stream().map(batch -> batch.lane().batch()).toList()
                : List.of();
    }

    /**
     * Runs between the passes, so that a batch of short jobs does not wait for a pass after each job. Does nothing while no
     * batch with a limit waits, nor while very many do: then there is other work.
     */
    @Scheduled(fixedDelay = 20)
    void followOnSchedule() {
        if (!followed.isEmpty()) {
            logFailure(following, this::follow);
        }
    }

    synchronized void follow() {
        topUp(backlog.boundedBatches(followed));
    }

    private void topUp(List<Waiting> bounded) {
        List<Waiting> room = bounded.stream().filter(batch -> batch.hints() > 0).toList();
        if (room.isEmpty()) {
            return;
        }
        List<Held> held = lists.held(room.stream().map(Waiting::lane).toList());
        for (int i = 0; i < room.size(); i++) {
            Waiting batch = room.get(i);
            if (held.get(i).length() < batch.hints()) {
                Set<JobId> hinted = new HashSet<>(lists.hints(batch.lane().batch()));
                queue.push(
                        batch.lane(),
                        backlog.queuedJobs(batch.lane().batch(), batch.hints()).stream()
                                .filter(job -> !hinted.contains(job))
                                .toList());
            } else if (!held.get(i).seated()) {
                queue.seat(batch.lane());
            }
        }
    }
}
