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
 * Holds answers back until what they tell has changed. All waiting readers share one query a tick, so that many of
 * them cost the database no more than one, and none of them holds a thread. Thread-safe.
 */
final class LongPoll<K> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LongPoll.class);

    private static final long TICK_MILLIS = 100;

    private final Function<Collection<K>, Map<K, Long>> versions;
    private final ConcurrentLinkedQueue<Waiter<K>> waiters = new ConcurrentLinkedQueue<>();
    private final ScheduledExecutorService thread;

    /** @param versions reads the versions of those of the things that exist */
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
     * Answers when the version has changed, or when the time is over.
     *
     * @param version the one that the caller knows
     * @param answer makes the answer; told whether something has changed
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
            log.debug("Waiting readers wait on: {}", e.toString());
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

    /** While the database is away nothing can be known to have changed. */
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

    /** Answers everybody at once, so that nobody holds up a stop. */
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
