package io.mivaa.batch.throttle;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.pipeline.OutOfTurn;
import io.mivaa.batch.pipeline.ProviderTurns;
import io.mivaa.batch.queue.RedisAvailability;
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
 * Shares the limits of each embedding provider, and its Retry-After, among all instances, by buckets in Redis. While
 * Redis is unavailable, each instance keeps to an even share of the limits, by the number of live instances. An
 * instance does not know what the others sent just before, so up to twice the limit may be sent in the minute in which
 * Redis becomes unavailable. Thread-safe.
 */
@Component
class SharedTurns implements ProviderTurns {

    private static final Logger log = LoggerFactory.getLogger(SharedTurns.class);

    private static final RedisScript<Long> TURN = script("turn");
    private static final RedisScript<Long> HOLD = script("hold");

    /** How long a count of the live instances is used. */
    private static final long COUNT_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final StringRedisTemplate redis;
    private final RedisAvailability availability;
    private final String prefix;
    private final Instances instances;
    private final ThrottleSettings settings;
    private final Counter refused;
    private final Timer waits;
    private final LongSupplier nanos;
    private final Sleep sleep;
    private final LocalTurns local = new LocalTurns();

    private volatile long countedAt;
    private volatile int counted;

    /** Lets time pass. */
    interface Sleep {
        void millis(long millis) throws InterruptedException;
    }

    @Autowired
    SharedTurns(
            StringRedisTemplate redis,
            RedisAvailability availability,
            @Value("${mivaa.queue.prefix:mivaa}") String prefix,
            Instances instances,
            ThrottleSettings settings,
            MeterRegistry meters) {
        this(redis, availability, prefix, instances, settings, meters, System::nanoTime, Thread::sleep);
    }

    SharedTurns(
            StringRedisTemplate redis,
            RedisAvailability availability,
            String prefix,
            Instances instances,
            ThrottleSettings settings,
            MeterRegistry meters,
            LongSupplier nanos,
            Sleep sleep) {
        this.redis = redis;
        this.availability = availability;
        this.prefix = prefix;
        this.instances = instances;
        this.settings = settings;
        this.refused = Counter.builder("mivaa.throttle.refused")
                .description("Requests to embedding providers that were not sent because their turn was too far away")
                .register(meters);
        this.waits = Timer.builder("mivaa.throttle.wait")
                .description("How long requests to embedding providers waited for their turn")
                .register(meters);
        this.nanos = nanos;
        this.sleep = sleep;
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
        if (!availability.failedWithin(settings.redisPause())) {
            try {
                return sharedTurn(provider, rate, tokens);
            } catch (DataAccessException e) {
                log.debug(
                        "Redis failed; this instance keeps to its share of the limits of {}: {}",
                        provider,
                        e.toString());
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

    private long sharedTurn(String provider, Rate rate, int tokens) {
        Bucket requests = Bucket.of(rate.requestsPerMinute(), 1);
        Bucket units = Bucket.of(rate.tokensPerMinute(), 1);
        return availability.ask(() -> redis.execute(
                TURN,
                List.of(key(provider)),
                String.valueOf(requests.interval()),
                String.valueOf(requests.burst()),
                String.valueOf(units.interval()),
                String.valueOf(units.burst()),
                String.valueOf(tokens),
                String.valueOf(settings.maxWait().toMillis())));
    }

    @Override
    public void hold(String provider, Duration time) {
        local.hold(provider, now(), time.toMillis());
        if (!availability.failedWithin(settings.redisPause())) {
            try {
                availability.ask(() -> redis.execute(HOLD, List.of(key(provider)), String.valueOf(time.toMillis())));
            } catch (DataAccessException e) {
                log.debug("The pause of {} could not be shared with the other instances: {}", provider, e.toString());
            }
        }
    }

    private String key(String provider) {
        return prefix + ":turns:" + provider;
    }

    private double now() {
        return nanos.getAsLong() / 1e6;
    }

    /** How many instances share the limits. While PostgreSQL is unavailable, the last count is used. */
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
