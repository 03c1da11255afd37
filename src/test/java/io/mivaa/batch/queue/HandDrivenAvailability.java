package io.mivaa.batch.queue;

import io.mivaa.batch.testkit.RedisAccess;
import java.util.function.LongSupplier;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;

/** Lets a test of another module say when Redis fails, and when it is probed. */
public final class HandDrivenAvailability {

    private final RedisAvailability availability;

    public HandDrivenAvailability(RedisAccess redis, LongSupplier nanoTime) {
        this.availability = new RedisAvailability(redis.template(), JobQueueTests.SETTINGS, nanoTime);
    }

    public RedisAvailability get() {
        return availability;
    }

    /** A command fails now. */
    public void fail() {
        try {
            availability.ask(() -> {
                throw new DataAccessResourceFailureException("away");
            });
        } catch (DataAccessException e) {
            // As intended.
        }
    }

    public void probe() {
        availability.probe();
    }
}
