package io.mivaa.batch.worker;

import io.mivaa.batch.job.Claim;
import io.mivaa.batch.job.ClaimLost;
import io.mivaa.batch.job.Claims;
import io.mivaa.batch.job.Success;
import io.mivaa.batch.pipeline.RagDocument;
import io.mivaa.batch.results.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Commits the successes of an instance's attempts. Whatever is ready while one transaction runs goes into the next one
 * together, so that many small jobs share a commit, and the lock of their batch's row, instead of taking turns for it;
 * a job that comes alone waits for nobody. Result and state of a job are in one transaction in any case. A group is
 * committed or refused as a whole; what was refused, or met a row that somebody holds for long, is tried again one by
 * one, so that no job pays for another.
 * Thread-safe.
 */
final class GroupCommit {

    private static final int MAX_GROUP = 64;

    /** A document with more chunks than this would keep the others waiting. */
    private static final int MAX_CHUNKS = 64;

    /** Far longer than a claim or another instance's group holds a row, far shorter than the cancel of a large batch. */
    private static final Duration LOCK_WAIT = Duration.ofMillis(100);

    /** The most that a job waits for others; far less than any real document takes. */
    private static final Duration LINGER = Duration.ofMillis(2);

    private final Results results;
    private final Claims claims;
    private final TransactionOperations transactions;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final ReentrantLock leader = new ReentrantLock();

    /** Size of the last group; guarded by the leader's lock. */
    private int former;

    GroupCommit(Results results, Claims claims, TransactionOperations transactions) {
        this.results = results;
        this.claims = claims;
        this.transactions = transactions;
    }

    /**
     * What an attempt wants committed.
     *
     * @param document what came out of the pipeline; null to reuse an earlier result of the same bytes and settings
     * @param fingerprint of the settings
     */
    record Outcome(Claim claim, @Nullable RagDocument document, String fingerprint, Map<String, Long> timings) {}

    /** An outcome in the queue; what became of it is to be read when it is done. */
    private static final class Waiting {
        private final Outcome outcome;
        private final Semaphore news = new Semaphore(0);
        private volatile boolean done;
        private boolean committed;
        private @Nullable Throwable failure;

        Waiting(Outcome outcome) {
            this.outcome = outcome;
        }
    }

    /**
     * Commits, alone or with others.
     *
     * @return false when there is no result to reuse any more
     * @throws ClaimLost when somebody else has the job
     */
    boolean commit(Outcome outcome) {
        RagDocument document = outcome.document();
        if (document != null && document.chunks().size() > MAX_CHUNKS) {
            return commitAlone(outcome);
        }
        Waiting mine = new Waiting(outcome);
        queue.add(mine);
        while (!mine.done) {
            if (leader.tryLock()) {
                lead(mine);
            } else {
                mine.news.acquireUninterruptibly();
            }
        }
        if (mine.failure == null) {
            return mine.committed;
        }
        // A lock that somebody holds for long, or two groups that wait for each other: that concerns one of us only.
        boolean refused =
                mine.failure instanceof PessimisticLockingFailureException || !Settlement.databaseAway(mine.failure);
        if (!refused) {
            throw (RuntimeException) mine.failure;
        }
        return commitAlone(outcome);
    }

    /** How many outcomes wait for the transaction after the one that runs. */
    int waiting() {
        return queue.size();
    }

    /** The same in a transaction of its own. */
    boolean commitAlone(Outcome outcome) {
        return commit(List.of(outcome), false).get(0);
    }

    private void lead(Waiting mine) {
        try {
            if (!mine.done) {
                linger();
                commitGroup();
            }
        } finally {
            leader.unlock();
            // Who came too late for this group found the lock taken, and waits to be told.
            Waiting next = queue.peek();
            if (next != null) {
                next.news.release();
            }
        }
    }

    /** Jobs that were claimed together are often ready together; a commit for all of them costs as much as for one. */
    private void linger() {
        long start = System.nanoTime();
        while (queue.size() < former && System.nanoTime() - start < LINGER.toNanos()) {
            LockSupport.parkNanos(LINGER.toNanos() / 10);
        }
    }

    private void commitGroup() {
        List<Waiting> group = new ArrayList<>();
        for (Waiting next = queue.poll(); next != null; next = group.size() < MAX_GROUP ? queue.poll() : null) {
            group.add(next);
        }
        former = group.size();
        try {
            List<Boolean> committed =
                    commit(group.stream().map(waiting -> waiting.outcome).toList(), true);
            for (int i = 0; i < group.size(); i++) {
                group.get(i).committed = committed.get(i);
            }
        } catch (RuntimeException | Error failure) {
            group.forEach(waiting -> waiting.failure = failure);
        }
        for (Waiting waiting : group) {
            waiting.done = true;
            waiting.news.release();
        }
    }

    /** @param impatient rather fails than waits long for a row that somebody else is at, since others wait for it */
    private List<Boolean> commit(List<Outcome> outcomes, boolean impatient) {
        return Objects.requireNonNull(transactions.execute(status -> {
            if (impatient) {
                claims.waitForLocksAtMost(LOCK_WAIT);
            }
            List<Optional<Success>> stored = store(outcomes);
            List<Success> successes = stored.stream().flatMap(Optional::stream).toList();
            if (!successes.isEmpty()) {
                results.publish(successes);
                claims.succeed(successes);
            }
            return stored.stream().map(Optional::isPresent).toList();
        }));
    }

    private List<Optional<Success>> store(List<Outcome> outcomes) {
        Iterator<Optional<Results.Reusable>> found = findReusable(outcomes).iterator();
        Iterator<UUID> stored = storeMade(outcomes).iterator();
        List<Optional<Success>> successes = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            RagDocument document = outcome.document();
            successes.add(
                    document == null
                            ? found.next().map(reusable -> reused(outcome, reusable))
                            : Optional.of(made(outcome, document, stored.next())));
        }
        return successes;
    }

    private List<Optional<Results.Reusable>> findReusable(List<Outcome> outcomes) {
        List<Results.Wanted> wanted = outcomes.stream()
                .filter(outcome -> outcome.document() == null)
                .map(outcome -> new Results.Wanted(outcome.claim(), outcome.fingerprint()))
                .toList();
        return wanted.isEmpty() ? List.of() : results.findReusable(wanted);
    }

    private List<UUID> storeMade(List<Outcome> outcomes) {
        List<Results.Made> made = outcomes.stream()
                .flatMap(outcome -> Stream.ofNullable(outcome.document())
                        .map(document -> new Results.Made(outcome.claim(), document, outcome.fingerprint())))
                .toList();
        return made.isEmpty() ? List.of() : results.store(made);
    }

    private static Success reused(Outcome outcome, Results.Reusable found) {
        return new Success(outcome.claim(), found.result(), true, found.pages(), found.chunks(), outcome.timings());
    }

    private static Success made(Outcome outcome, RagDocument document, UUID result) {
        int chunks = document.chunks().size();
        return new Success(outcome.claim(), result, false, document.pages(), chunks, outcome.timings());
    }
}
