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
 * Says once, as soon as Redis answers, that it may throw hints away when its memory is full. That is no reason not to
 * start: such hints are restored, only late.
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
            log.debug("What Redis does when its memory is full is not known yet: {}", e.toString());
        }
    }

    private @Nullable Properties memory() {
        return redis.execute((RedisCallback<Properties>)
                connection -> connection.serverCommands().info("memory"));
    }

    /** A server that does not tell is taken for one that keeps everything. */
    private static void look(Properties memory) {
        String limit = memory.getProperty("maxmemory", "0");
        String policy = memory.getProperty("maxmemory_policy", KEEPS_EVERYTHING);
        if (!limit.equals("0") && !policy.equals(KEEPS_EVERYTHING)) {
            log.warn(
                    "Redis throws hints away when its memory is full (maxmemory {}, maxmemory-policy {}); they are"
                            + " restored, but late. Set its maxmemory-policy to {}.",
                    limit,
                    policy,
                    KEEPS_EVERYTHING);
        }
    }
}
