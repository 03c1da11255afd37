package io.mivaa.batch.worker.attempt;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.ClaimLost;
import io.mivaa.batch.job.claim.Success;
import io.mivaa.batch.job.claim.Successes;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.results.store.NewResult;
import io.mivaa.batch.results.store.Results;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.springframework.transaction.support.TransactionOperations;

/** Stores the outcomes of successful attempts: a job's result and its state in one transaction. Thread-safe. */
public final class Outcomes {

    /** For the rows of documents and batches. A claim or another instance's group holds one far shorter than this. */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(1);

    private final Results results;
    private final Successes claims;
    private final TransactionOperations transactions;

    public Outcomes(Results results, Successes claims, TransactionOperations transactions) {
        this.results = results;
        this.claims = claims;
        this.transactions = transactions;
    }

    /**
     * Commits these in one transaction. Leaves out jobs that another transaction has locked, and jobs whose claim is
     * lost.
     *
     * @return for each outcome whether it was committed
     */
    List<Boolean> commitTogether(List<Outcome> outcomes) {
        return Objects.requireNonNull(transactions.execute(status -> {
            Set<JobId> held = claims.hold(outcomes.stream().map(Outcome::claim).toList(), LOCK_WAIT);
            List<Outcome> standing = outcomes.stream()
                    .filter(outcome -> held.contains(outcome.claim().job()))
                    .toList();
            Iterator<Boolean> stored = storeAndSettle(standing).iterator();
            return outcomes.stream()
                    .map(outcome -> held.contains(outcome.claim().job()) && stored.next())
                    .toList();
        }));
    }

    /**
     * Commits one in a transaction of its own.
     *
     * @return false if the result to reuse does not exist any more
     * @throws ClaimLost if another instance has the job
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
        List<NewResult> made = outcomes.stream()
                .flatMap(outcome -> Stream.ofNullable(outcome.document())
                        .map(document -> new NewResult(outcome.claim(), document, outcome.fingerprint())))
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
