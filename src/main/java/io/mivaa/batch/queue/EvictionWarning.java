package io.mivaa.batch.queue;

import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Warns once, as soon as Redis answers, if it may evict hints when its memory is full. That does not prevent a start: such
 * hints are restored, only late.
 */
@Component
class EvictionWarning {

    private static final Logger log = LoggerFactory.getLogger(EvictionWarning.class);

    private static final String KEEPS_EVERYTHING = "noeviction";

    private final StringRedisTemplate redis;
    private boolean looked;

    EvictionWarning(StringRedisTemplate redis) {
        this.redis = redis;
    }

    @Scheduled(fixedDelay = 60_000)
    void lookOnce() {
        if (looked) {
            return;
        }
        try {
            look(Objects.requireNonNullElseGet(memory(), Properties::new));
            looked = true;
        } catch (DataAccessException e) {
            log.debug("The eviction policy of Redis is not known yet: {}", e.toString());
        }
    }

    private @Nullable Properties memory() {
        return redis.execute((RedisCallback<Properties>)
                connection -> connection.serverCommands().info("memory"));
    }

    /** A server that does not report a policy is assumed to evict nothing. */
    private static void look(Properties memory) {
        String limit = memory.getProperty("maxmemory", "0");
        String policy = memory.getProperty("maxmemory_policy", KEEPS_EVERYTHING);
        if (!limit.equals("0") && !policy.equals(KEEPS_EVERYTHING)) {
            log.warn(
                    "Redis evicts hints when its memory is full (maxmemory {}, maxmemory-policy {}); they are"
                            + " restored, but late. Set its maxmemory-policy to {}.",
                    limit,
                    policy,
                    KEEPS_EVERYTHING);
        }
    }
}
