package io.mivaa.batch.queue;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.waiting.Hint;
import io.mivaa.batch.job.waiting.Lane;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Lists of job ids in Redis, one for each batch, from which jobs are taken fairly. An id in a list is only a hint: its
 * taker must claim the job in PostgreSQL. A duplicate hint is harmless, and the {@link Reconciler} finds a lost one.
 * Every method throws {@link DataAccessException} while Redis is unavailable. Thread-safe.
 */
@Component
public class JobQueue {

    private static final int PUSH = 500;

    private final StringRedisTemplate redis;
    private final RedisAvailability availability;
    private final Keys keys;
    private final List<Integer> weights;
    private final Semaphore wakeUps = new Semaphore(0);

    /** After a push has failed, an empty answer is believed only together with a write. */
    private volatile boolean pushFailed;

    JobQueue(StringRedisTemplate redis, RedisAvailability availability, QueueSettings settings) {
        this.redis = redis;
        this.availability = availability;
        this.keys = new Keys(settings.prefix());
        this.weights = settings.weights();
    }

    /**
     * Appends hints to a batch's list. If the batch limits how many of its jobs may run, no more hints than that are
     * appended, because the claim would refuse the others.
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
        Object[] arguments = keys.choice(want, want + Keys.SPARE_TURNS, "", weights);
        List<?> taken = availability.ask(() -> redis.execute(Scripts.TAKE, keys.choiceKeys(), arguments));
        if (taken.isEmpty() && pushFailed) {
            availability.confirmWritable();
            pushFailed = false;
        }
        return Scripts.jobs(taken);
    }

    /** Removes all hints of a batch that is paused or cancelled. */
    public void drop(Workspace workspace, BatchId batch) {
        leave(workspace, batch, Arrays.asList(Priority.values()), true);
    }

    /** Moves a batch to the lane's priority. */
    public void move(Lane lane) {
        leave(
                lane.workspace(),
                lane.batch(),
                Arrays.stream(Priority.values())
                        .filter(other -> other != lane.priority())
                        .toList(),
                false);
        seat(lane);
    }

    private void leave(Workspace workspace, BatchId batch, List<Priority> priorities, boolean forget) {
        List<String> names = new ArrayList<>();
        names.add(keys.jobs(batch));
        priorities.forEach(priority -> names.add(keys.ring(priority, workspace)));
        availability.ask(() -> redis.execute(Scripts.DROP, names, batch.toString(), forget ? "1" : "0"));
    }

    /** Gives a batch that has hints its place in the rings. */
    void seat(Lane lane) {
        append(lane, List.of());
    }

    private void append(Lane lane, List<JobId> jobs) {
        List<Object> arguments = new ArrayList<>(jobs.size() + 2);
        arguments.add(lane.batch().toString());
        arguments.add(lane.workspace().name());
        jobs.forEach(job -> arguments.add(job.toString()));
        List<String> names = List.of(
                keys.jobs(lane.batch()), keys.ring(lane.priority(), lane.workspace()), keys.ring(lane.priority()));
        pushFailed = true;
        availability.ask(() -> redis.execute(Scripts.PUSH, names, arguments.toArray()));
        pushFailed = false;
    }

    /**
     * Waits until hints are pushed in this process, or the time is over. Pushes of other instances do not wake it; the
     * caller finds them when it asks again.
     */
    public void await(Duration atMost) throws InterruptedException {
        if (wakeUps.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            wakeUps.drainPermits();
        }
    }
}
