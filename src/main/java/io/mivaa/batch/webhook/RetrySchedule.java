package io.mivaa.batch.webhook;

import io.mivaa.batch.webhook.Courier.TargetResponse;
import io.mivaa.batch.webhook.Deliveries.Outcome;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Decides whether and when a delivery is retried. Thread-safe if its source of randomness is. */
final class RetrySchedule {

    private static final int GONE = 410;
    private static final int FACTOR = 4;

    private final WebhookSettings settings;
    private final RandomGenerator random;

    RetrySchedule(WebhookSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /** The outcome of a try with this answer. */
    Outcome outcome(Delivery delivery, TargetResponse answer) {
        boolean over = answer.isReceived()
                || answer.closed()
                || (answer.status() != null && answer.status() == GONE)
                || delivery.tries() >= settings.maxTries();
        return new Outcome(
                answer.isReceived(), over ? null : delay(delivery.tries(), answer), answer.status(), answer.error());
    }

    /** Grows with each try, and is at least what the target asks for, up to the cap. */
    private Duration delay(int tries, TargetResponse answer) {
        double grown = settings.base().toMillis() * Math.pow(FACTOR, tries - 1.0);
        double capped = Math.min(grown, (double) settings.cap().toMillis());
        long millis = Math.round(capped * (0.75 + 0.25 * random.nextDouble()));
        long asked = answer.retryAfter() == null ? 0 : answer.retryAfter().toMillis();
        return Duration.ofMillis(Math.max(millis, Math.min(asked, settings.cap().toMillis())));
    }
}
