package io.mivaa.batch.intake.status;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.ResponseEntity;
import org.springframework.web.context.request.async.DeferredResult;

/**
 * Holds responses back until their subject has changed. All waiting requests share one query per tick, so that many
 * cost the database as much as one, and none of them occupies a thread. Thread-safe.
 */
final class LongPoll<K> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LongPoll.class);

    private static final long TICK_MILLIS = 100;

    private final Function<Collection<K>, Map<K, Long>> versions;
    private final ConcurrentLinkedQueue<Waiter<K>> waiters = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService thread;

    /**
     * @param name of its thread
     * @param versions reads the current versions; leaves out what does not exist
     */
    LongPoll(String name, Function<Collection<K>, Map<K, Long>> versions) {
        this.versions = versions;
        this.thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
        Future<?> unused =
                thread.scheduleWithFixedDelay(this::tickQuietly, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private record Waiter<K>(
            K key,
            long version,
            long deadline,
            DeferredResult<ResponseEntity<Object>> result,
            Function<Boolean, ResponseEntity<Object>> answer) {}

    /**
     * Responds when the version has changed, or after a timeout.
     *
     * @param version the version that the caller knows
     * @param answer makes the response; receives whether the version has changed
     */
    DeferredResult<ResponseEntity<Object>> await(
            K key, long version, Duration atMost, Function<Boolean, ResponseEntity<Object>> answer) {
        DeferredResult<ResponseEntity<Object>> result = new DeferredResult<>(atMost.toMillis() + 5_000);
        Waiter<K> waiter = new Waiter<>(key, version, System.nanoTime() + atMost.toNanos(), result, answer);
        waiters.add(waiter);
        if (thread.isShutdown()) {
            answerAll();
        }
        return result;
    }

    static DeferredResult<ResponseEntity<Object>> now(Supplier<ResponseEntity<Object>> answer) {
        DeferredResult<ResponseEntity<Object>> result = new DeferredResult<>();
        result.setResult(answer.get());
        return result;
    }

    private void tickQuietly() {
        try {
            tick();
        } catch (RuntimeException e) {
            log.debug("The versions could not be read; requests keep waiting: {}", e.toString());
            answerExpired();
        }
    }

    private void tick() {
        if (waiters.isEmpty()) {
            return;
        }
        Set<K> keys = new HashSet<>();
        waiters.forEach(waiter -> keys.add(waiter.key()));
        Map<K, Long> now = versions.apply(keys);
        for (Waiter<K> waiter : List.copyOf(waiters)) {
            @Nullable Long version = now.get(waiter.key());
            boolean changed = version == null || version != waiter.version();
            if (changed || expired(waiter)) {
                waiters.remove(waiter);
                answer(waiter, changed);
            }
        }
    }

    /** While the database is unavailable, no change can be seen. */
    private void answerExpired() {
        List<Waiter<K>> expired = new ArrayList<>();
        for (Iterator<Waiter<K>> all = waiters.iterator(); all.hasNext(); ) {
            Waiter<K> waiter = all.next();
            if (expired(waiter)) {
                all.remove();
                expired.add(waiter);
            }
        }
        expired.forEach(waiter -> answer(waiter, false));
    }

    private boolean expired(Waiter<K> waiter) {
        return System.nanoTime() - waiter.deadline() >= 0;
    }

    private void answer(Waiter<K> waiter, boolean changed) {
        try {
            waiter.result().setResult(waiter.answer().apply(changed));
        } catch (RuntimeException e) {
            waiter.result().setErrorResult(e);
        }
    }

    /** Responds to all waiting requests at once, so that they do not delay a shutdown. */
    @Override
    public void close() {
        thread.shutdownNow();
        answerAll();
    }

    private void answerAll() {
        for (Waiter<K> waiter = waiters.poll(); waiter != null; waiter = waiters.poll()) {
            answer(waiter, false);
        }
    }
}
