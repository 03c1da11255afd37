package io.mivaa.batch.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.mivaa.batch.job.outage.Setback;
import io.mivaa.batch.webhook.Courier.TargetResponse;
import io.mivaa.batch.webhook.Deliveries.Outcome;
import io.mivaa.batch.webhook.Deliveries.Try;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Delivers due deliveries, a limited number at a time and a limited number for each target, so that a slow target does not
 * delay the others. Every instance has one. Thread-safe.
 */
final class Postman implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Postman.class);

    private final Deliveries deliveries;
    private final Courier courier;
    private final WebhookSettings settings;
    private final RetrySchedule retries;
    private final MeterRegistry meters;

    /** Deliveries in flight, by target. */
    private final Map<String, Integer> inFlight = new HashMap<>();

    private final Setback passes = new Setback(log);
    private @Nullable ScheduledExecutorService clock;
    private @Nullable ExecutorService threads;
    private int all;
    private volatile boolean running;
    private volatile boolean stopped;

    Postman(
            Deliveries deliveries,
            Courier courier,
            WebhookSettings settings,
            RandomGenerator random,
            MeterRegistry meters) {
        this.deliveries = deliveries;
        this.courier = courier;
        this.settings = settings;
        this.retries = new RetrySchedule(settings, random);
        this.meters = meters;
        List.of("delivered", "again", "failed")
                .forEach(outcome -> counter(outcome).increment(0));
    }

    @Override
    public void start() {
        ScheduledExecutorService made = Executors.newSingleThreadScheduledExecutor(Postman::thread);
        threads = Executors.newFixedThreadPool(settings.concurrency(), Postman::thread);
        clock = made;
        running = true;
        long millis = settings.poll().toMillis();
        Future<?> unused = made.scheduleWithFixedDelay(this::passOnSchedule, millis, millis, TimeUnit.MILLISECONDS);
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, "webhook");
        thread.setDaemon(true);
        return thread;
    }

    /** Aborts the deliveries in flight. They are due again for any instance when their leases have run out. */
    @Override
    public void stop() {
        running = false;
        stopped = true;
        if (clock != null && threads != null) {
            clock.shutdownNow();
            threads.shutdownNow();
        }
        courier.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void passOnSchedule() {
        try {
            pass();
            passes.over();
        } catch (RuntimeException e) {
            passes.failed("Webhooks are called later", e);
        }
    }

    /** Claims as many due deliveries as there are free threads, and hands them to the threads. */
    synchronized void pass() {
        int free = settings.concurrency() - all;
        if (free <= 0) {
            return;
        }
        // A target with a delivery in flight gets no further one until that has ended. That is simpler than counting
        // the rest of its share.
        for (Try attempt : deliveries.take(
                free, settings.concurrencyPerTarget(), List.copyOf(inFlight.keySet()), settings.lease())) {
            begin(attempt);
        }
    }

    private void begin(Try attempt) {
        String target = attempt.delivery().target();
        all++;
        inFlight.merge(target, 1, Integer::sum);
        try {
            Objects.requireNonNull(threads).execute(() -> {
                try {
                    deliver(attempt);
                } catch (RuntimeException e) {
                    log.warn(
                            "Delivery {} failed unexpectedly and is retried when its lease has expired",
                            attempt.delivery().id(),
                            e);
                } finally {
                    end(target);
                }
            });
        } catch (RejectedExecutionException e) {
            end(target);
        }
    }

    private synchronized void end(String target) {
        all--;
        inFlight.computeIfPresent(target, (key, n) -> n == 1 ? null : n - 1);
    }

    /** Makes one try on the calling thread. */
    void deliver(Try attempt) {
        Delivery delivery = attempt.delivery();
        TargetResponse answer = courier.send(attempt);
        Outcome outcome = retries.outcome(delivery, answer);
        if (!stopped || answer.isReceived()) {
            boolean settled = deliveries.settle(delivery, outcome);
            counter(outcome.delivered() ? "delivered" : outcome.again() == null ? "failed" : "again")
                    .increment();
            if (settled && !outcome.delivered() && outcome.again() == null) {
                log.warn(
                        "Delivery {} of batch {} in workspace {} was given up after {} tries: {} {}",
                        delivery.id(),
                        delivery.batch(),
                        delivery.workspace(),
                        delivery.tries(),
                        answer.error(),
                        answer.status() == null ? "" : answer.status());
            }
        }
    }

    private Counter counter(String outcome) {
        return Counter.builder("mivaa.webhooks.tries")
                .description("Tries to deliver an event to a webhook")
                .tag("outcome", outcome)
                .register(meters);
    }
}
