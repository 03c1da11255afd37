package io.mivaa.batch.queue;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.waiting.Hint;
import io.mivaa.batch.job.waiting.Lane;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.data.redis.connection.RedisZSetCommands.ZAddArgs;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Lists of job ids in Redis, one per batch, taken fairly. An id in a list is a hint and nothing more: whoever takes it
 * has to claim the job in PostgreSQL; a hint twice is harmless, and a lost one is found missing by the
 * {@link Reconciler}. Every method throws {@link DataAccessException} while Redis is away; after a failure all do so
 * at once until {@link #probe} has had an answer, so that nobody waits for a server that kept somebody else waiting.
 * Thread-safe.
 */
@Component
public class JobQueue {

    private static final int PUSH = 500;
    private static final int LANES = 200;

    /** Turns that a look ahead follows at most: some milliseconds of Redis. */
    private static final int PEEK = 2000;

    private static final RedisScript<Long> PUSH_SCRIPT = script("push", Long.class);
    private static final RedisScript<Long> DROP_SCRIPT = script("drop", Long.class);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> TAKE_SCRIPT = script("take", List.class);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> PEEK_SCRIPT = script("peek", List.class);

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> HELD_SCRIPT = script("held", List.class);

    private final StringRedisTemplate redis;
    private final Keys keys;
    private final List<Integer> weights;
    private final long pauseNanos;
    private final Semaphore wakeUps = new Semaphore(0);
    private final AtomicReference<@Nullable Long> failedAt = new AtomicReference<>();

    /** Since then an empty answer is believed only together with a write. */
    private volatile boolean pushFailed;

    JobQueue(StringRedisTemplate redis, QueueSettings settings) {
        this.redis = redis;
        this.keys = new Keys(settings.prefix());
        this.weights = settings.weights();
        this.pauseNanos = settings.redisPause().toNanos();
    }

    /** Redis failed, and has not answered the {@link #probe} yet. */
    static final class Avoided extends DataAccessResourceFailureException {
        private static final long serialVersionUID = 1L;

        Avoided() {
            super("Redis failed and is not asked again before it answers a probe");
        }
    }

    /**
     * Asks a Redis that failed whether it is back, once a pause is over. A thread of the schedule waits for its
     * timeout, so that neither the dispatcher nor a request does.
     */
    @Scheduled(fixedDelay = 100)
    void probe() {
        Long failed = failedAt.get();
        if (failed == null || System.nanoTime() - failed < pauseNanos) {
            return;
        }
        try {
            writeNothing();
            failedAt.set(null);
        } catch (DataAccessException e) {
            failedAt.set(System.nanoTime());
        }
    }

    /**
     * A write that changes nothing. A server that is full, or may only be read, answers questions as if nothing waited,
     * because it refuses the pushes of what waits.
     */
    private @Nullable Boolean writeNothing() {
        byte[] ring = keys.ring(Priority.NORMAL).getBytes(StandardCharsets.UTF_8);
        return redis.execute((RedisCallback<@Nullable Boolean>)
                connection -> connection.zSetCommands().zAdd(ring, 1, new byte[0], ZAddArgs.ifExists()));
    }

    /**
     * Appends hints to a batch's list; no more than may run at a time, if there is a bound, because the others would
     * be refused at the claim.
     */
    public void push(Lane lane, List<JobId> jobs) {
        int most = lane.maxInFlight() == null ? jobs.size() : Math.min(jobs.size(), lane.maxInFlight());
        try {
            for (int from = 0; from < most; from += PUSH) {
                append(lane, jobs.subList(from, Math.min(most, from + PUSH)));
            }
        } finally {
            wakeUps.release();
        }
    }

    /** Appends each hint to the list of its batch. */
    public void push(Collection<Hint> hints) {
        Map<Lane, List<JobId>> byLane = new LinkedHashMap<>();
        hints.forEach(hint ->
                byLane.computeIfAbsent(hint.lane(), lane -> new ArrayList<>()).add(hint.job()));
        byLane.forEach(this::push);
    }

    /** Takes up to {@code want} hints: priorities by their weights, workspaces and their batches in turn. */
    public List<JobId> take(int want) {
        List<String> names = new ArrayList<>(keys.rings());
        names.add(keys.pass());
        List<Object> arguments = new ArrayList<>();
        arguments.add(String.valueOf(want));
        arguments.add(keys.jobsPrefix());
        weights.forEach(weight -> arguments.add(String.valueOf(weight)));
        List<?> taken = ask(() -> redis.execute(TAKE_SCRIPT, names, arguments.toArray()));
        if (taken.isEmpty() && pushFailed) {
            ask(this::writeNothing);
            pushFailed = false;
        }
        return taken.stream().map(id -> new JobId(UUID.fromString((String) id))).toList();
    }

    /**
     * Up to {@code want} hints of a workspace that {@link #take} would give out next, in that order, were nothing pushed
     * meanwhile; they stay. Fewer when there are no more, or when very many turns of others come before.
     */
    public List<JobId> peek(Workspace workspace, int want) {
        List<String> names = new ArrayList<>(keys.rings());
        names.add(keys.pass());
        List<Object> arguments = new ArrayList<>();
        arguments.add(workspace.name());
        arguments.add(String.valueOf(want));
        arguments.add(String.valueOf(PEEK));
        arguments.add(keys.jobsPrefix());
        weights.forEach(weight -> arguments.add(String.valueOf(weight)));
        List<?> next = ask(() -> redis.execute(PEEK_SCRIPT, names, arguments.toArray()));
        return next.stream().map(id -> new JobId(UUID.fromString((String) id))).toList();
    }

    /** Forgets all hints of a batch: it is paused or cancelled. */
    public void drop(Workspace workspace, BatchId batch) {
        leave(workspace, batch, Arrays.asList(Priority.values()), true);
    }

    /** Lets a batch take its turns among those of another priority, the lane's. */
    public void move(Lane lane) {
        leave(
                lane.workspace(),
                lane.batch(),
                Arrays.stream(Priority.values())
                        .filter(other -> other != lane.priority())
                        .toList(),
                false);
        append(lane, List.of());
    }

    private void leave(Workspace workspace, BatchId batch, List<Priority> priorities, boolean forget) {
        List<String> names = new ArrayList<>();
        names.add(keys.jobs(batch));
        priorities.forEach(priority -> names.add(keys.ring(priority, workspace)));
        ask(() -> redis.execute(DROP_SCRIPT, names, batch.toString(), forget ? "1" : "0"));
    }

    private void append(Lane lane, List<JobId> jobs) {
        List<Object> arguments = new ArrayList<>(jobs.size() + 2);
        arguments.add(lane.batch().toString());
        arguments.add(lane.workspace().name());
        jobs.forEach(job -> arguments.add(job.toString()));
        List<String> names = List.of(
                keys.jobs(lane.batch()), keys.ring(lane.priority(), lane.workspace()), keys.ring(lane.priority()));
        pushFailed = true;
        ask(() -> redis.execute(PUSH_SCRIPT, names, arguments.toArray()));
        pushFailed = false;
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

    /**
     * What Redis holds of a batch.
     *
     * @param length how many hints
     * @param seated whether they will be taken: the batch has its place in the rings
     */
    record Held(long length, boolean seated) {}

    /** What Redis holds of each of these batches. */
    List<Held> held(List<Lane> lanes) {
        List<Held> held = new ArrayList<>();
        for (int from = 0; from < lanes.size(); from += LANES) {
            held.addAll(heldOf(lanes.subList(from, Math.min(lanes.size(), from + LANES))));
        }
        return held;
    }

    private List<Held> heldOf(List<Lane> lanes) {
        List<String> names = new ArrayList<>();
        List<Object> arguments = new ArrayList<>();
        for (Lane lane : lanes) {
            names.add(keys.jobs(lane.batch()));
            names.add(keys.ring(lane.priority(), lane.workspace()));
            names.add(keys.ring(lane.priority()));
            arguments.add(lane.batch().toString());
            arguments.add(lane.workspace().name());
        }
        List<?> answers = ask(() -> redis.execute(HELD_SCRIPT, names, arguments.toArray()));
        List<Held> held = new ArrayList<>();
        for (int i = 0; i < answers.size(); i += 2) {
            held.add(new Held(number(answers.get(i)), number(answers.get(i + 1)) == 1));
        }
        return held;
    }

    private static long number(Object answer) {
        return Long.parseLong(String.valueOf(answer));
    }

    /** Gives a batch that has hints its place in the rings. */
    void seat(Lane lane) {
        append(lane, List.of());
    }

    /** All hints of a batch. */
    List<JobId> hints(BatchId batch) {
        List<String> ids = ask(() -> Objects.requireNonNull(redis.opsForList().range(keys.jobs(batch), 0, -1)));
        return ids.stream().map(id -> new JobId(UUID.fromString(id))).toList();
    }

    private <T> T ask(Supplier<T> question) {
        if (failedAt.get() != null && pauseNanos > 0) {
            throw new Avoided();
        }
        try {
            T answer = question.get();
            failedAt.set(null);
            return answer;
        } catch (DataAccessException e) {
            failedAt.set(System.nanoTime());
            throw e;
        }
    }

    private static <T> RedisScript<T> script(String name, Class<T> type) {
        return RedisScript.of(new ClassPathResource("lua/" + name + ".lua"), type);
    }
}
