package io.mivaa.batch.webhook;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Webhooks. {@link Signatures} validates the secret, because a binding error would quote it.
 *
 * @param secret {@code whsec_} and the base64 of 24 to 64 random bytes, usually from the environment variable
 *     {@code MIVAA_WEBHOOKS_SECRET}. Several are separated by commas; every delivery is signed with each, so that a
 *     receiver can change from one to the other. Without a secret, webhooks are refused
 * @param allowHttp whether targets may be called without encryption
 * @param allowedTargets host names, addresses or networks (CIDR) that may be called although they are not public
 * @param timeout how long one try may take, from the first packet to the status of the answer
 * @param maxTries tries of a delivery before it is given up
 * @param base the first delay; each one is four times the former one, less up to a quarter at random
 * @param cap the longest delay, also if the target asks for more
 * @param poll how often due deliveries are read
 * @param concurrency deliveries that this instance makes at a time
 * @param concurrencyPerTarget how many of these to one target
 */
@ConfigurationProperties("mivaa.webhooks")
record WebhookSettings(
        @DefaultValue List<String> secret,
        @DefaultValue("false") boolean allowHttp,
        @DefaultValue List<String> allowedTargets,
        @DefaultValue("15s") Duration timeout,
        @DefaultValue("10") int maxTries,
        @DefaultValue("5s") Duration base,
        @DefaultValue("24h") Duration cap,
        @DefaultValue("1s") Duration poll,
        @DefaultValue("8") int concurrency,
        @DefaultValue("2") int concurrencyPerTarget) {

    WebhookSettings {
        if (timeout.toMillis() < 100 || timeout.compareTo(Duration.ofMinutes(2)) > 0) {
            throw new IllegalArgumentException("mivaa.webhooks.timeout must be between 100ms and 2m: " + timeout);
        }
        if (poll.toMillis() < 10 || base.toMillis() < 1 || cap.compareTo(base) < 0) {
            throw new IllegalArgumentException(
                    "mivaa.webhooks.poll must be at least 10ms, base at least 1ms, and cap not" + " below base: " + poll
                            + ", " + base + ", " + cap);
        }
        if (maxTries < 1 || concurrency < 1 || concurrencyPerTarget < 1) {
            throw new IllegalArgumentException(
                    "mivaa.webhooks.max-tries, concurrency and concurrency-per-target must be" + " at least 1: "
                            + maxTries + ", " + concurrency + ", " + concurrencyPerTarget);
        }
    }

    /** When it has passed, the instance that tries a delivery counts as dead. Much longer than the longest try. */
    Duration lease() {
        return timeout.multipliedBy(2).plusSeconds(15);
    }

    /** Contains no secret. */
    @Override
    public String toString() {
        return "WebhookSettings[" + secret.size() + " secrets]";
    }
}
