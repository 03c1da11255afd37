package io.mivaa.batch.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.job.expiry.Expiry;
import io.mivaa.batch.job.expiry.Expiry.Finished;
import io.mivaa.batch.job.expiry.Expiry.Stretch;
import io.mivaa.batch.results.CachedVectors;
import io.mivaa.batch.results.Results;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Removes what is older than its policy allows. A pass works in small transactions, for no longer than a minute; what
 * is left over is the next one's. It ends when PostgreSQL is away. Every instance makes passes; they do not disturb
 * each other. Not to be called by two threads.
 */
@Component
class Retention {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    private static final int PAGE = 500;
    private static final int BATCHES = 20;
    private static final Duration PASS = Duration.ofMinutes(1);

    private final Expiry expiry;
    private final Results results;
    private final CachedVectors vectors;
    private final Instances instances;
    private final SpoolDirectory spool;
    private final RetentionSettings settings;
    private final Clock clock;
    /** Told from the start, so that a rate can be seen from the first on. */
    private static final List<String> KINDS = List.of(
            "batches",
            "contents",
            "attempts",
            "dead_letters",
            "idempotency_keys",
            "events",
            "webhook_deliveries",
            "instances",
            "files",
            "embeddings");

    private final MeterRegistry meters;

    /** The kinds whose last try failed. */
    private final Set<String> failing = new HashSet<>();

    private long deadline;

    Retention(
            Expiry expiry,
            Results results,
            CachedVectors vectors,
            Instances instances,
            SpoolDirectory spool,
            RetentionSettings settings,
            Clock clock,
            MeterRegistry meters) {
        this.expiry = expiry;
        this.results = results;
        this.vectors = vectors;
        this.instances = instances;
        this.spool = spool;
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
        KINDS.forEach(kind -> {
            count(kind, 0);
            failures(kind);
        });
    }

    @Scheduled(fixedDelayString = "${mivaa.retention.every:10m}", initialDelayString = "${mivaa.retention.every:10m}")
    void pass() {
        deadline = System.nanoTime() + PASS.toNanos();
        for (Step step : steps()) {
            if (!isDone(step)) {
                return;
            }
        }
    }

    /** What a pass does about one kind. */
    private record Step(String kind, Work work) {}

    private interface Work {
        void run() throws IOException;
    }

    /** Everything that has a policy. */
    private List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        steps.add(new Step("instances", () -> count("instances", instances.forgetDead(settings.instances()))));
        steps.add(paged("idempotency_keys", max -> expiry.removeIdempotencyKeys(settings.idempotencyKeys(), max)));
        steps.add(paged("events", max -> expiry.removeEvents(settings.events(), max)));
        steps.add(
                paged("webhook_deliveries", max -> expiry.removeWebhookDeliveries(settings.webhookDeliveries(), max)));
        Duration deadLetters = settings.deadLetters();
        if (deadLetters != null) {
            steps.add(paged("dead_letters", max -> expiry.discardDeadLetters(deadLetters, max)));
        }
        Duration batches = settings.batches();
        if (batches != null) {
            steps.add(new Step("batches", () -> batches(batches)));
        }
        Duration contents = settings.contents();
        if (contents != null) {
            steps.add(new Step("contents", () -> contents(contents)));
        }
        Duration attempts = settings.attempts();
        if (attempts != null) {
            steps.add(paged("attempts", max -> expiry.removeAttempts(attempts, max)));
        }
        Duration embeddings = settings.embeddings();
        if (embeddings != null) {
            steps.add(paged("embeddings", max -> vectors.removeUnused(embeddings, max)));
        }
        steps.add(paged("embeddings", max -> vectors.removeBeyond(settings.maxEmbeddings(), max)));
        steps.add(new Step(
                "files",
                () -> count("files", spool.removeLeftovers(clock.instant().minus(settings.temporaryFiles())))));
        return steps;
    }

    private Step paged(String kind, IntUnaryOperator remove) {
        return new Step(kind, () -> pages(kind, remove));
    }

    /**
     * What goes wrong with one kind is told once, until it goes well again, and keeps no other kind.
     *
     * @return whether others are worth a try: false when PostgreSQL is away
     */
    private boolean isDone(Step step) {
        String kind = step.kind();
        try {
            step.work().run();
            if (failing.remove(kind)) {
                log.info("What is too old is removed again: {}", kind);
            }
            return true;
        } catch (RuntimeException | IOException e) {
            failures(kind).increment();
            if (failing.add(kind)) {
                log.warn("What is too old stays: {}. Every pass tries again, and says so when it succeeds", kind, e);
            } else {
                log.debug("What is too old still stays: {}", kind, e);
            }
            return !(e instanceof DataAccessResourceFailureException || e instanceof TransactionException);
        }
    }

    private void pages(String kind, IntUnaryOperator remove) {
        int removed = PAGE;
        while (removed == PAGE && hasTime()) {
            removed = remove.applyAsInt(PAGE);
            count(kind, removed);
        }
    }

    /** Another instance may be at the same ones: whoever comes second finds nothing to forget. */
    private void batches(Duration age) {
        int forgotten = 1;
        while (forgotten > 0 && hasTime()) {
            forgotten = 0;
            for (Finished old : expiry.batches(age, BATCHES)) {
                if (hasTime() && results.forgetBatch(old.workspace(), old.batch())) {
                    forgotten++;
                    count("batches", 1);
                    log.info("Batch {} in workspace {} was forgotten for its age", old.batch(), old.workspace());
                }
            }
        }
    }

    private void contents(Duration age) {
        @Nullable JobId after = null;
        do {
            Stretch stretch = expiry.removeContents(age, after, PAGE);
            count("contents", stretch.removed());
            after = stretch.last();
        } while (after != null && hasTime());
    }

    private boolean hasTime() {
        return System.nanoTime() - deadline < 0;
    }

    private void count(String kind, int removed) {
        Counter.builder("mivaa.retention.removed")
                .description("What was removed for its age")
                .tag("kind", kind)
                .register(meters)
                .increment(removed);
    }

    private Counter failures(String kind) {
        return Counter.builder("mivaa.retention.failures")
                .description("Passes that could not remove what is too old")
                .tag("kind", kind)
                .register(meters);
    }
}
