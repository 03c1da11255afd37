package io.mivaa.batch.webhook;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Webhooks. The secret is validated by {@link Signatures}: an error of binding would quote it.
 *
 * @param secret {@code whsec_} and the base64 of 24 to 64 random bytes, several separated by commas: everything is signed
 *     with each, so that a receiver can change from one to the other; given in the environment,
 *     {@code MIVAA_WEBHOOKS_SECRET}. Without one webhooks are refused
 * @param allowHttp whether targets may be told without encryption
 * @param allowedTargets names of hosts, and addresses or networks (CIDR), that are told although they are not public
 * @param timeout how long one try may take, from the first packet to the status of the answer
 * @param maxTries how often a delivery is tried before it is given up
 * @param base the first delay; each is four times the former one, less a quarter at most by chance
 * @param cap the longest delay, also of those that a target asks for
 * @param poll how often deliveries that are due are looked for
 * @param concurrency how many this instance tries at a time
 * @param concurrencyPerTarget how many of those at one target
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

    /** After it whoever is at a delivery counts as dead: long after the longest try. */
    Duration lease() {
        return timeout.multipliedBy(2).plusSeconds(15);
    }

    /** Tells no secret. */
    @Override
    public String toString() {
        return "WebhookSettings[" + secret.size() + " secrets]";
    }
}
