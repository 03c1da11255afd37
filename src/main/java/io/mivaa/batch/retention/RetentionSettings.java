package io.mivaa.batch.retention;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long data is kept. Data without a retention period is kept for ever.
 *
 * @param every how often expired data is looked for
 * @param batches since they finished, with their jobs, contents and results
 * @param contents since their jobs ended, if no worker will read them again
 * @param attempts since their jobs ended; the last attempt of each job stays with the job
 * @param deadLetters since they died; then they are discarded
 * @param idempotencyKeys since their requests were accepted
 * @param events since they happened: how long a listener may be away and still receive everything
 * @param webhookDeliveries since they were delivered or given up
 * @param instances since their leases ended
 * @param temporaryFiles since they were last written
 * @param embeddings vectors in the cache, since they were last used
 * @param maxEmbeddings how many vectors the cache may hold; those unused for longest go first
 */
@ConfigurationProperties("mivaa.retention")
record RetentionSettings(
        @DefaultValue("10m") Duration every,
        @Nullable Duration batches,
        @Nullable Duration contents,
        @DefaultValue("90d") @Nullable Duration attempts,
        @Nullable Duration deadLetters,
        @DefaultValue("24h") Duration idempotencyKeys,
        @DefaultValue("24h") Duration events,
        @DefaultValue("30d") Duration webhookDeliveries,
        @DefaultValue("24h") Duration instances,
        @DefaultValue("24h") Duration temporaryFiles,
        @DefaultValue("30d") @Nullable Duration embeddings,
        @DefaultValue("500000") int maxEmbeddings) {

    static final String EMBEDDINGS = "embeddings";

    /** Every kind that can have a retention period. */
    static final Set<String> KINDS = Set.of(
            "batches",
            "contents",
            "attempts",
            "dead_letters",
            "idempotency_keys",
            "events",
            "webhook_deliveries",
            "instances",
            "files",
            EMBEDDINGS);

    RetentionSettings {
        refuseLessThan(Duration.ofSeconds(1), "every", every);
        refuseLessThan(Duration.ofMinutes(1), "batches", batches);
        refuseLessThan(Duration.ofMinutes(1), "contents", contents);
        refuseLessThan(Duration.ofMinutes(1), "attempts", attempts);
        refuseLessThan(Duration.ofMinutes(1), "dead-letters", deadLetters);
        refuseLessThan(Duration.ofMinutes(1), "idempotency-keys", idempotencyKeys);
        refuseLessThan(Duration.ofMinutes(1), "events", events);
        refuseLessThan(Duration.ofMinutes(1), "webhook-deliveries", webhookDeliveries);
        refuseLessThan(Duration.ofMinutes(1), "instances", instances);
        refuseLessThan(Duration.ofHours(1), "temporary-files", temporaryFiles);
        refuseLessThan(Duration.ofDays(1), "embeddings", embeddings);
        if (maxEmbeddings < 0) {
            throw new IllegalArgumentException("mivaa.retention.max-embeddings must not be negative: " + maxEmbeddings);
        }
    }

    private static void refuseLessThan(Duration least, String name, @Nullable Duration age) {
        if (age != null && age.compareTo(least) < 0) {
            throw new IllegalArgumentException(
                    "mivaa.retention." + name + " must be at least " + least.toSeconds() + "s: " + age);
        }
    }

    /**
     * The retention period of each kind, in the order in which a pass removes them. Instances and files are few and come
     * first, so that a pass reaches them even if the other kinds take all of its time. Dead letters come before batches,
     * because a batch with one is kept. Kinds that are kept for ever are missing.
     */
    Map<String, Duration> periods() {
        Map<String, Duration> periods = new LinkedHashMap<>();
        periods.put("instances", instances);
        periods.put("files", temporaryFiles);
        periods.put("idempotency_keys", idempotencyKeys);
        periods.put("events", events);
        periods.put("webhook_deliveries", webhookDeliveries);
        put(periods, "dead_letters", deadLetters);
        put(periods, "batches", batches);
        put(periods, "contents", contents);
        put(periods, "attempts", attempts);
        put(periods, EMBEDDINGS, embeddings);
        return periods;
    }

    private static void put(Map<String, Duration> periods, String kind, @Nullable Duration period) {
        if (period != null) {
            periods.put(kind, period);
        }
    }
}
