package io.mivaa.batch.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.expiry.Expiring;
import io.mivaa.batch.job.expiry.Expiring.Page;
import io.mivaa.batch.job.expiry.Expiring.Pages;
import io.mivaa.batch.results.embeddings.CachedVectors;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Has each kind of data removed when its retention period is over. A pass works in small transactions for at most a
 * minute and leaves the rest to the next pass; it ends when PostgreSQL is unavailable. Every instance runs passes, and
 * they do not disturb each other. Not thread-safe.
 */
@Component
class Retention {

    private static final Logger log = LoggerFactory.getLogger(Retention.class);

    private static final int PAGE = 500;
    private static final Duration PASS = Duration.ofMinutes(1);

    private final Map<String, Expiring> kinds;
    private final CachedVectors vectors;
    private final RetentionSettings settings;
    private final MeterRegistry meters;

    /** The kinds whose last try failed. */
    private final Set<String> failing = new HashSet<>();

    private long deadline;

    /**
     * @throws IllegalStateException when no module removes a kind, or when a module removes a kind that has no setting
     */
    Retention(List<Expiring> kinds, CachedVectors vectors, RetentionSettings settings, MeterRegistry meters) {
        this.kinds = kinds.stream().collect(Collectors.toMap(Expiring::kind, Function.identity()));
        this.vectors = vectors;
        this.settings = settings;
        this.meters = meters;
        if (!this.kinds.keySet().equals(RetentionSettings.KINDS)) {
            throw new IllegalStateException("The settings of retention are for " + RetentionSettings.KINDS
                    + ", but the modules remove " + this.kinds.keySet());
        }
        // Registered at startup, so that the first increment already shows in a rate.
        RetentionSettings.KINDS.forEach(kind -> {
            removed(kind);
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

    private record Step(String kind, Pages pages) {}

    private List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        settings.periods()
                .forEach((kind, age) -> steps.add(
                        new Step(kind, Objects.requireNonNull(kinds.get(kind)).olderThan(age))));
        steps.add(new Step(
                RetentionSettings.EMBEDDINGS, Pages.of(max -> vectors.removeBeyond(settings.maxEmbeddings(), max))));
        return steps;
    }

    /**
     * Removes one kind. A failure is logged once until the kind succeeds again, and does not keep the other kinds from
     * being removed.
     *
     * @return false when PostgreSQL is unavailable, so that the other kinds need not be tried
     */
    private boolean isDone(Step step) {
        try {
            remove(step);
            if (failing.remove(step.kind())) {
                log.info("The removal of expired data works again: {}", step.kind());
            }
            return true;
        } catch (RuntimeException | IOException e) {
            failures(step.kind()).increment();
            if (failing.add(step.kind())) {
                log.warn("Cannot remove expired data: {}. Every pass tries again", step.kind(), e);
            } else {
                log.debug("Still cannot remove expired data: {}", step.kind(), e);
            }
            return !(e instanceof DataAccessResourceFailureException || e instanceof TransactionException);
        }
    }

    private void remove(Step step) throws IOException {
        boolean more = true;
        while (more && System.nanoTime() - deadline < 0) {
            Page page = step.pages().removeNext(PAGE);
            removed(step.kind()).increment(page.removed());
            more = page.more();
        }
    }

    private Counter removed(String kind) {
        return Counter.builder("mivaa.retention.removed")
                .description("Rows and files that were removed because they had expired")
                .tag("kind", kind)
                .register(meters);
    }

    private Counter failures(String kind) {
        return Counter.builder("mivaa.retention.failures")
                .description("Passes that could not remove expired data")
                .tag("kind", kind)
                .register(meters);
    }
}
