package io.mivaa.batch.retention;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long things are kept. What has no age is kept for ever.
 *
 * @param every how often it is looked for what is too old
 * @param batches since they finished, with their jobs, contents and results
 * @param contents since their jobs ended, of jobs that no worker will read again
 * @param attempts since their jobs ended; the last one of each job stays with it
 * @param deadLetters since they died; then they are discarded
 * @param idempotencyKeys since their requests were accepted
 * @param events since they happened: how long a listener may have been away and still learn everything
 * @param webhookDeliveries since they were heard or given up
 * @param instances since their leases ended
 * @param temporaryFiles since they were written last
 * @param embeddings vectors in the cache, since they were used last
 * @param maxEmbeddings in the cache; the longest unused go first
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
}
