package io.mivaa.batch.queue;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Hint;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.stereotype.Component;

/**
 * Lists of job ids in Redis, one per batch, taken fairly. An id in a list is a hint and nothing more: whoever takes it
 * has to claim the job in PostgreSQL; a hint twice is harmless, and a lost one is found missing by the
 * {@link Reconciler}. Every method throws {@link DataAccessException} while Redis is away. Thread-safe.
 */
@Component
public class JobQueue {

    private static final int PUSH = 500;

    private static final RedisScript<Long> PUSH_SCRIPT = script("push", Long.class);
    private static final RedisScript<Long> DROP_SCRIPT = script("drop", Long.class);
    private static final RedisScript<Long> MOVE_SCRIPT = script("move", Long.class);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> TAKE_SCRIPT = script("take", List.class);

    private final StringRedisTemplate redis;
    private final Keys keys;
    private final List<Integer> weights;
    private final Semaphore wakeUps = new Semaphore(0);

    JobQueue(StringRedisTemplate redis, QueueSettings settings) {
        this.redis = redis;
        this.keys = new Keys(settings.prefix());
        this.weights = settings.weights();
    }

    /** Appends hints to a batch's list. */
    public void push(BatchId batch, Priority priority, List<JobId> jobs) {
        for (int from = 0; from < jobs.size(); from += PUSH) {
            List<JobId> part = jobs.subList(from, Math.min(jobs.size(), from + PUSH));
            List<Object> arguments = new ArrayList<>(part.size() + 1);
            arguments.add(batch.toString());
            part.forEach(job -> arguments.add(job.toString()));
            redis.execute(
                    PUSH_SCRIPT, List.of(keys.jobs(batch), keys.ring(priority), keys.turn()), arguments.toArray());
        }
        wakeUps.release();
    }

    /** Appends each hint to the list of its batch. */
    public void push(Collection<Hint> hints) {
        Map<BatchId, List<Hint>> byBatch = new LinkedHashMap<>();
        hints.forEach(hint ->
                byBatch.computeIfAbsent(hint.batch(), b -> new ArrayList<>()).add(hint));
        byBatch.forEach((batch, of) ->
                push(batch, of.get(0).priority(), of.stream().map(Hint::job).toList()));
    }

    /** Takes up to {@code want} hints: priorities by their weights, batches of one priority in turn. */
    public List<JobId> take(int want) {
        List<String> names = new ArrayList<>(keys.rings());
        names.add(keys.pass());
        names.add(keys.turn());
        List<Object> arguments = new ArrayList<>();
        arguments.add(String.valueOf(want));
        arguments.add(keys.jobsPrefix());
        weights.forEach(weight -> arguments.add(String.valueOf(weight)));
        List<?> taken = redis.execute(TAKE_SCRIPT, names, arguments.toArray());
        return taken.stream().map(id -> new JobId(UUID.fromString((String) id))).toList();
    }

    /** Forgets all hints of a batch: it is paused, cancelled or deleted. */
    public void drop(BatchId batch) {
        List<String> names = new ArrayList<>();
        names.add(keys.jobs(batch));
        names.addAll(keys.rings());
        redis.execute(DROP_SCRIPT, names, batch.toString());
    }

    /** Lets a batch take its turns among those of another priority. */
    public void move(BatchId batch, Priority priority) {
        List<String> names = new ArrayList<>(List.of(keys.jobs(batch), keys.ring(priority), keys.turn()));
        for (Priority other : Priority.values()) {
            if (other != priority) {
                names.add(keys.ring(other));
            }
        }
        redis.execute(MOVE_SCRIPT, names, batch.toString());
    }

    /**
     * Waits until something was pushed in this process, or the time is over; other instances' pushes are found by
     * asking again.
     */
    public void await(Duration atMost) throws InterruptedException {
        if (wakeUps.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            wakeUps.drainPermits();
        }
    }

    /** How many hints each batch has. */
    List<Long> lengths(List<BatchId> batches) {
        return redis
                .executePipelined((RedisCallback<@Nullable Object>) connection -> {
                    for (BatchId batch : batches) {
                        connection.listCommands().lLen(keys.jobs(batch).getBytes(StandardCharsets.UTF_8));
                    }
                    return null;
                })
                .stream()
                .map(length -> (Long) length)
                .toList();
    }

    /** All hints of a batch. */
    List<JobId> hints(BatchId batch) {
        List<String> ids = Objects.requireNonNull(redis.opsForList().range(keys.jobs(batch), 0, -1));
        return ids.stream().map(id -> new JobId(UUID.fromString(id))).toList();
    }

    private static <T> RedisScript<T> script(String name, Class<T> type) {
        return RedisScript.of(new ClassPathResource("lua/" + name + ".lua"), type);
    }
}
