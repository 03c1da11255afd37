package io.mivaa.batch.queue;

import io.mivaa.batch.job.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.data.redis.connection.RedisZSetCommands.ZAddArgs;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Tracks whether Redis is unavailable, for everything on this instance that uses it. After a failure no command is sent
 * until a {@link #probe} has succeeded. When Redis does not respond, one caller therefore waits for the timeout, and
 * the others fail at once. Thread-safe.
 */
@Component
public class RedisAvailability {

    private static final Logger log = LoggerFactory.getLogger(RedisAvailability.class);

    private final StringRedisTemplate redis;
    private final Keys keys;
    private final long pauseNanos;
    private final LongSupplier nanoTime;

    /** When Redis failed last; null if it has answered since. */
    private final AtomicReference<@Nullable Long> awaySince = new AtomicReference<>();

    /** The same, whether or not it has answered since; null if it never failed. */
    private volatile @Nullable Long failedAt;

    @Autowired
    RedisAvailability(StringRedisTemplate redis, QueueSettings settings) {
        this(redis, settings, System::nanoTime);
    }

    RedisAvailability(StringRedisTemplate redis, QueueSettings settings, LongSupplier nanoTime) {
        this.redis = redis;
        this.keys = new Keys(settings.prefix());
        this.pauseNanos = settings.redisPause().toNanos();
        this.nanoTime = nanoTime;
    }

    /** Redis failed, and has not answered a {@link #probe} since. */
    static final class Away extends DataAccessResourceFailureException {
        private static final long serialVersionUID = 1L;

        Away() {
            super("Redis has failed; no command is sent until it answers a probe");
        }
    }

    /**
     * Sends commands to Redis.
     *
     * @throws DataAccessException if Redis fails; at once, without sending anything, while it is unavailable
     */
    public <T> T ask(Supplier<T> commands) {
        if (away() && pauseNanos > 0) {
            throw new Away();
        }
        try {
            T answer = commands.get();
            answered();
            return answer;
        } catch (DataAccessException e) {
            failed(e);
            throw e;
        }
    }

    /** Whether Redis has failed and not answered since. */
    public boolean away() {
        return awaySince.get() != null;
    }

    /** Whether Redis is unavailable, or has failed within this time. */
    public boolean failedWithin(Duration time) {
        Long failed = failedAt;
        return away() || (failed != null && nanoTime.getAsLong() - failed < time.toNanos());
    }

    /**
     * Probes an unavailable Redis if the pause after the last failure is over. A thread of the scheduler waits for the
     * timeout, so that neither the dispatcher nor a request does.
     */
    @Scheduled(fixedDelay = 100)
    void probe() {
        Long since = awaySince.get();
        if (since == null || nanoTime.getAsLong() - since < pauseNanos) {
            return;
        }
        try {
            writeNothing();
            answered();
        } catch (DataAccessException e) {
            failed(e);
        }
    }

    /**
     * A write that changes nothing. A server that is full, or a replica, answers reads as if no job waited, because it
     * refuses the pushes of the jobs that wait.
     *
     * @throws DataAccessException if Redis accepts no writes
     */
    void confirmWritable() {
        Boolean unused = ask(this::writeNothing);
    }

    private @Nullable Boolean writeNothing() {
        byte[] ring = keys.ring(Priority.NORMAL).getBytes(StandardCharsets.UTF_8);
        return redis.execute((RedisCallback<@Nullable Boolean>)
                connection -> connection.zSetCommands().zAdd(ring, 1, new byte[0], ZAddArgs.ifExists()));
    }

    private void answered() {
        if (awaySince.getAndSet(null) != null) {
            log.info("Redis responds again; jobs are taken from its lists");
        }
    }

    private void failed(DataAccessException failure) {
        long now = nanoTime.getAsLong();
        failedAt = now;
        if (awaySince.getAndSet(now) == null) {
            log.warn("Redis is unavailable; jobs are taken directly from PostgreSQL: {}", failure.toString());
        }
    }
}
