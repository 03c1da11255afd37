package io.mivaa.batch.throttle;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.pipeline.OutOfTurn;
import io.mivaa.batch.pipeline.ProviderTurns;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * Shares the limits of each embedding provider, and its Retry-After, among all instances by a bucket in Redis. While
 * Redis is away each instance keeps to an even share of the limits, by the number of instances alive; what was sent
 * just before is then not known, so a minute in which Redis goes away may see up to twice the limit. Thread-safe.
 */
@Component
class SharedTurns implements ProviderTurns {

    private static final Logger log = LoggerFactory.getLogger(SharedTurns.class);

    private static final RedisScript<Long> TURN = script("turn");
    private static final RedisScript<Long> HOLD = script("hold");

    /** How long the number of instances is believed. */
    private static final long COUNT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final StringRedisTemplate redis;
    private final String prefix;
    private final Instances instances;
    private final ThrottleSettings settings;
    private final Counter refused;
    private final Timer waits;
    private final LongSupplier nanos;
    private final Sleep sleep;
    private final LocalTurns local = new LocalTurns();

    private volatile long redisAwayUntil;
    private volatile long countedAt;
    private volatile int counted;

    /** Lets time pass. */
    interface Sleep {
        void millis(long millis) throws InterruptedException;
    }

    @Autowired
    SharedTurns(
            StringRedisTemplate redis,
            @Value("${mivaa.queue.prefix:mivaa}") String prefix,
            Instances instances,
            ThrottleSettings settings,
            MeterRegistry meters) {
        this(redis, prefix, instances, settings, meters, System::nanoTime, Thread::sleep);
    }

    SharedTurns(
            StringRedisTemplate redis,
            String prefix,
            Instances instances,
            ThrottleSettings settings,
            MeterRegistry meters,
            LongSupplier nanos,
            Sleep sleep) {
        this.redis = redis;
        this.prefix = prefix;
        this.instances = instances;
        this.settings = settings;
        this.refused = Counter.builder("mivaa.throttle.refused")
                .description("Requests to embedding providers whose turn was too far away to wait for")
                .register(meters);
        this.waits = Timer.builder("mivaa.throttle.wait")
                .description("How long requests to embedding providers waited for their turn")
                .register(meters);
        this.nanos = nanos;
        this.sleep = sleep;
        this.redisAwayUntil = nanos.getAsLong();
    }

    private static RedisScript<Long> script(String name) {
        return RedisScript.of(new ClassPathResource("lua/" + name + ".lua"), Long.class);
    }

    @Override
    public void take(String provider, Rate rate, int tokens) {
        long wait = turn(provider, rate, tokens);
        if (wait < 0) {
            refused.increment();
            throw new OutOfTurn(provider, Duration.ofMillis(-wait));
        }
        if (wait > 0) {
            await(wait);
        }
    }

    private void await(long millis) {
        waits.record(millis, TimeUnit.MILLISECONDS);
        try {
            sleep.millis(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Embedding was interrupted");
        }
    }

    private long turn(String provider, Rate rate, int tokens) {
        if (isRedisThere()) {
            Bucket requests = Bucket.of(rate.requestsPerMinute(), 1);
            Bucket units = Bucket.of(rate.tokensPerMinute(), 1);
            try {
                return redis.execute(
                        TURN,
                        List.of(key(provider)),
                        String.valueOf(requests.interval()),
                        String.valueOf(requests.burst()),
                        String.valueOf(units.interval()),
                        String.valueOf(units.burst()),
                        String.valueOf(tokens),
                        String.valueOf(settings.maxWait().toMillis()));
            } catch (DataAccessException e) {
                away(e);
            }
        }
        int share = share();
        return local.take(
                provider,
                now(),
                Bucket.of(rate.requestsPerMinute(), share),
                Bucket.of(rate.tokensPerMinute(), share),
                tokens,
                settings.maxWait().toMillis());
    }

    @Override
    public void hold(String provider, Duration time) {
        local.hold(provider, now(), time.toMillis());
        if (isRedisThere()) {
            try {
                redis.execute(HOLD, List.of(key(provider)), String.valueOf(time.toMillis()));
            } catch (DataAccessException e) {
                away(e);
            }
        }
    }

    private String key(String provider) {
        return prefix + ":turns:" + provider;
    }

    private double now() {
        return nanos.getAsLong() / 1e6;
    }

    private boolean isRedisThere() {
        return nanos.getAsLong() - redisAwayUntil >= 0;
    }

    private void away(DataAccessException failure) {
        redisAwayUntil = nanos.getAsLong() + settings.redisPause().toNanos();
        log.debug("Each instance keeps to its share of the providers' limits: {}", failure.toString());
    }

    /** How many share the limits; as many as before while PostgreSQL does not say. */
    private int share() {
        long now = nanos.getAsLong();
        if (counted == 0 || now - countedAt > COUNT_NANOS) {
            countedAt = now;
            try {
                counted = (int) Math.max(
                        1,
                        instances.list().stream()
                                .filter(Instances.Instance::alive)
                                .count());
            } catch (DataAccessException e) {
                counted = Math.max(1, counted);
            }
        }
        return counted;
    }
}
