package io.mivaa.batch.worker.attempt;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the successful outcomes of an instance in groups. An attempt submits its outcome, and its thread goes on to
 * the next job. All outcomes that become ready while one transaction runs share the next one. Many small jobs therefore
 * share one commit and one lock on their batch's row, while a single job does not wait. An outcome that cannot be
 * committed with the others is reported back, and its attempt commits it alone, so that no job fails because of
 * another. Thread-safe.
 */
public final class GroupCommit {

    private static final int MAX_GROUP = 128;

    /** A document with more chunks would delay the others. */
    private static final int MAX_CHUNKS = 64;

    /**
     * The most chunks that may wait here, some megabytes. A thread that finds no room waits, and so the instance claims
     * fewer jobs.
     */
    private static final int ROOM = 1024;

    /**
     * If several outcomes are ready, more follow within moments, and a transaction for all of them costs little more
     * than one for the first few.
     */
    private static final long LINGER_NANOS = 1_000_000;

    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    private final Outcomes outcomes;
    private final Executor committer;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final Semaphore room = new Semaphore(ROOM);

    /** @param committer runs on one thread, so that outcomes gather during a transaction */
    public GroupCommit(Outcomes outcomes, Executor committer) {
        this.outcomes = outcomes;
        this.committer = committer;
    }

    /**
     * What became of an outcome.
     *
     * @param committed false if the attempt must commit it alone
     * @param failure of the group's transaction, which may have been committed all the same; null if there was none
     */
    record Verdict(boolean committed, @Nullable Throwable failure) {}

    private record Waiting(Outcome outcome, Consumer<Verdict> answer) {

        int room() {
            return Math.max(1, outcome.chunks());
        }
    }

    /** Whether an outcome is small enough to share a transaction. */
    static boolean takes(Outcome outcome) {
        return outcome.chunks() <= MAX_CHUNKS;
    }

    /**
     * Queues an outcome for the next transaction. Waits only while there is no room.
     *
     * @param answer called once, on the committing thread
     */
    void submit(Outcome outcome, Consumer<Verdict> answer) {
        Waiting waiting = new Waiting(outcome, answer);
        room.acquireUninterruptibly(waiting.room());
        queue.add(waiting);
        try {
            committer.execute(this::commitGroup);
        } catch (RuntimeException | Error noThread) {
            if (queue.remove(waiting)) {
                room.release(waiting.room());
                throw noThread;
            }
            // An earlier call of commitGroup has taken it.
        }
    }

    /** How many outcomes wait for the next transaction. */
    int waiting() {
        return queue.size();
    }

    /** Commits everything that is ready; nothing, if an earlier call has taken it. */
    private void commitGroup() {
        int ready = queue.size();
        if (ready > 1 && ready < MAX_GROUP) {
            LockSupport.parkNanos(LINGER_NANOS);
        }
        List<Waiting> group = nextGroup();
        if (!group.isEmpty()) {
            List<Verdict> verdicts =
                    verdicts(group.stream().map(Waiting::outcome).toList());
            for (int i = 0; i < group.size(); i++) {
                room.release(group.get(i).room());
                answer(group.get(i), verdicts.get(i));
            }
        }
    }

    private List<Waiting> nextGroup() {
        List<Waiting> group = new ArrayList<>();
        for (Waiting next = queue.poll(); next != null; next = group.size() < MAX_GROUP ? queue.poll() : null) {
            group.add(next);
        }
        return group;
    }

    /**
     * Finds an outcome that PostgreSQL refuses by halving the group, which costs the others a few statements. If the
     * failure is a lock that another transaction holds for a long time, each half would wait just as long. In that case
     * every attempt of the group commits alone.
     */
    private List<Verdict> verdicts(List<Outcome> group) {
        try {
            return outcomes.commitTogether(group).stream()
                    .map(committed -> new Verdict(committed, null))
                    .toList();
        } catch (RuntimeException | Error failure) {
            if (group.size() == 1 || Settlement.databaseAway(failure)) {
                return Collections.nCopies(group.size(), new Verdict(false, failure));
            }
            List<Verdict> verdicts = new ArrayList<>(verdicts(group.subList(0, group.size() / 2)));
            verdicts.addAll(verdicts(group.subList(group.size() / 2, group.size())));
            return verdicts;
        }
    }

    private static void answer(Waiting waiting, Verdict verdict) {
        try {
            waiting.answer.accept(verdict);
        } catch (RuntimeException | Error failure) {
            // The others still need their answer.
            log.error(
                    "The attempt at job {} failed to process its commit",
                    waiting.outcome.claim().job(),
                    failure);
        }
    }
}
