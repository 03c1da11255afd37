package io.mivaa.batch.worker;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.ClaimLost;
import io.mivaa.batch.job.claim.Success;
import io.mivaa.batch.job.claim.Successes;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.results.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Commits the successes of an instance's attempts. An attempt leaves its outcome here and its thread goes on to the next
 * job; whatever is ready while one transaction runs goes into the next one together, so that many small jobs share a
 * commit, and the lock of their batch's row, instead of taking turns for it; a job that comes alone waits for nobody.
 * Result and state of a job are in one transaction in any case. What cannot be committed together with others is told so,
 * to be tried again alone: no job pays for another. Thread-safe.
 */
final class GroupCommit {

    private static final int MAX_GROUP = 128;

    /** A document with more chunks than this would keep the others waiting. */
    private static final int MAX_CHUNKS = 64;

    /** What waits here in all, in chunks: some megabytes. Whoever finds no room waits, and so are claims held back. */
    private static final int ROOM = 1024;

    /** For the rows of documents and batches: far longer than a claim or another instance's group holds one. */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

    /**
     * Where outcomes come in numbers many more are ready within moments, and a transaction for all of them costs little
     * more than one for the first few.
     */
    private static final long LINGER_NANOS = 1_000_000;

    private static final Logger log = LoggerFactory.getLogger(GroupCommit.class);

    private final Results results;
    private final Successes claims;
    private final TransactionOperations transactions;
    private final Executor committer;
    private final Queue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final Semaphore room = new Semaphore(ROOM);

    /** @param committer one thread, so that outcomes gather while it is at a transaction */
    GroupCommit(Results results, Successes claims, TransactionOperations transactions, Executor committer) {
        this.results = results;
        this.claims = claims;
        this.transactions = transactions;
        this.committer = committer;
    }

    /**
     * What an attempt wants committed.
     *
     * @param document what came out of the pipeline; null to reuse the result that the claim knows of
     * @param fingerprint of the settings
     */
    record Outcome(Claim claim, @Nullable RagDocument document, String fingerprint, Map<String, Long> timings) {

        @Nullable
        UUID reused() {
            return document == null ? claim.known().get(fingerprint) : null;
        }

        int chunks() {
            return document == null ? 0 : document.chunks().size();
        }
    }

    /**
     * What became of an outcome.
     *
     * @param committed false when it is to be tried again alone
     * @param failure what happened, if anything did; whether it was committed all the same may be unknown
     */
    record Verdict(boolean committed, @Nullable Throwable failure) {}

    private record Waiting(Outcome outcome, Consumer<Verdict> news) {

        int room() {
            return Math.max(1, outcome.chunks());
        }
    }

    /** Whether it is small enough to share a transaction with others. */
    static boolean takes(Outcome outcome) {
        return outcome.chunks() <= MAX_CHUNKS;
    }

    /**
     * Has it committed, alone or with others. Waits only when very much waits already.
     *
     * @param news is told once, on the committing thread
     */
    void submit(Outcome outcome, Consumer<Verdict> news) {
        Waiting waiting = new Waiting(outcome, news);
        room.acquireUninterruptibly(waiting.room());
        queue.add(waiting);
        try {
            committer.execute(this::commitGroup);
        } catch (RuntimeException | Error noThread) {
            if (queue.remove(waiting)) {
                room.release(waiting.room());
                throw noThread;
            }
            // Somebody else's turn has taken it along.
        }
    }

    /** How many outcomes wait for the transaction after the one that runs. */
    int waiting() {
        return queue.size();
    }

    /** All that is there, which is nothing when another's turn has taken it along. */
    private void commitGroup() {
        int ready = queue.size();
        if (ready > 1 && ready < MAX_GROUP) {
            LockSupport.parkNanos(LINGER_NANOS);
        }
        List<Waiting> group = new ArrayList<>();
        for (Waiting next = queue.poll(); next != null; next = group.size() < MAX_GROUP ? queue.poll() : null) {
            group.add(next);
        }
        if (!group.isEmpty()) {
            List<Verdict> verdicts =
                    verdicts(group.stream().map(Waiting::outcome).toList());
            for (int i = 0; i < group.size(); i++) {
                room.release(group.get(i).room());
                tell(group.get(i), verdicts.get(i));
            }
        }
    }

    /**
     * Whatever PostgreSQL refuses of a group is found by halving it, so that the others pay with a few statements. A
     * lock that somebody holds for long would cost each half the same wait: then each is left to wait for itself.
     */
    private List<Verdict> verdicts(List<Outcome> outcomes) {
        try {
            return commitTogether(outcomes);
        } catch (RuntimeException | Error failure) {
            if (outcomes.size() == 1 || Settlement.databaseAway(failure)) {
                return Collections.nCopies(outcomes.size(), new Verdict(false, failure));
            }
            List<Verdict> verdicts = new ArrayList<>(verdicts(outcomes.subList(0, outcomes.size() / 2)));
            verdicts.addAll(verdicts(outcomes.subList(outcomes.size() / 2, outcomes.size())));
            return verdicts;
        }
    }

    private static void tell(Waiting waiting, Verdict verdict) {
        try {
            waiting.news.accept(verdict);
        } catch (RuntimeException | Error failure) {
            // The others are still to be told.
            log.error(
                    "Job {} could not be told what became of it",
                    waiting.outcome.claim().job(),
                    failure);
        }
    }

    /** Those whose jobs somebody else is at, or whose claims are lost, are left out. */
    private List<Verdict> commitTogether(List<Outcome> outcomes) {
        return Objects.requireNonNull(transactions.execute(status -> {
            Set<JobId> held = claims.hold(outcomes.stream().map(Outcome::claim).toList(), LOCK_WAIT);
            List<Outcome> standing = outcomes.stream()
                    .filter(outcome -> held.contains(outcome.claim().job()))
                    .toList();
            Iterator<Boolean> stored = storeAndSettle(standing).iterator();
            return outcomes.stream()
                    .map(outcome -> held.contains(outcome.claim().job()) && stored.next())
                    .map(committed -> new Verdict(committed, null))
                    .toList();
        }));
    }

    /**
     * In a transaction of its own.
     *
     * @return false when there is no result to reuse any more
     * @throws ClaimLost when somebody else has the job
     */
    boolean commitAlone(Outcome outcome) {
        return Objects.requireNonNull(transactions.execute(status -> {
            claims.hold(outcome.claim());
            return storeAndSettle(List.of(outcome)).get(0);
        }));
    }

    private List<Boolean> storeAndSettle(List<Outcome> outcomes) {
        List<Optional<Success>> stored = store(outcomes);
        List<Success> successes = stored.stream().flatMap(Optional::stream).toList();
        if (!successes.isEmpty()) {
            results.publish(successes);
            claims.succeed(successes);
        }
        return stored.stream().map(Optional::isPresent).toList();
    }

    private List<Optional<Success>> store(List<Outcome> outcomes) {
        Map<UUID, Results.Reusable> found = findReusable(outcomes);
        Iterator<UUID> stored = storeMade(outcomes).iterator();
        List<Optional<Success>> successes = new ArrayList<>();
        for (Outcome outcome : outcomes) {
            RagDocument document = outcome.document();
            successes.add(
                    document == null
                            ? Optional.ofNullable(outcome.reused())
                                    .map(found::get)
                                    .map(one -> reused(outcome, one))
                            : Optional.of(made(outcome, document, stored.next())));
        }
        return successes;
    }

    private Map<UUID, Results.Reusable> findReusable(List<Outcome> outcomes) {
        List<UUID> wanted = outcomes.stream()
                .flatMap(outcome -> Stream.ofNullable(outcome.reused()))
                .toList();
        return wanted.isEmpty() ? Map.of() : results.findReusable(wanted);
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
