package io.mivaa.batch.queue;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.waiting.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.stereotype.Component;

/**
 * Reads the lists of hints in Redis, and changes nothing. Every method throws {@link DataAccessException} while Redis
 * is unavailable. Thread-safe.
 */
@Component
public class HintLists {

    private static final int LANES = 200;

    /** The most turns that {@link #peek} follows: some milliseconds of Redis. */
    private static final int TURNS = 2000;

    private final StringRedisTemplate redis;
    private final RedisAvailability availability;
    private final Keys keys;
    private final List<Integer> weights;

    HintLists(StringRedisTemplate redis, RedisAvailability availability, QueueSettings settings) {
        this.redis = redis;
        this.availability = availability;
        this.keys = new Keys(settings.prefix());
        this.weights = settings.weights();
    }

    /**
     * The next hints of a workspace that {@link JobQueue#take} would return, in that order, if nothing were pushed
     * meanwhile.
     *
     * @param want how many at most; fewer if there are no more, or if very many turns of other workspaces come first
     */
    public List<JobId> peek(Workspace workspace, int want) {
        Object[] arguments = keys.choice(want, TURNS, workspace.name(), weights);
        return Scripts.jobs(availability.ask(() -> redis.execute(Scripts.TAKE, keys.choiceKeys(), arguments)));
    }

    /**
     * The hints that Redis holds for a batch.
     *
     * @param length how many hints
     * @param seated whether they will be taken: the batch has its place in the rings
     */
    record Held(long length, boolean seated) {}

    /** The hints that Redis holds for each of these batches. */
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
        List<?> answers = availability.ask(() -> redis.execute(Scripts.HELD, names, arguments.toArray()));
        List<Held> held = new ArrayList<>();
        for (int i = 0; i < answers.size(); i += 2) {
            held.add(new Held(number(answers.get(i)), number(answers.get(i + 1)) == 1));
        }
        return held;
    }

    private static long number(Object answer) {
        return Long.parseLong(String.valueOf(answer));
    }

    /** All hints of a batch. */
    List<JobId> hints(BatchId batch) {
        return Scripts.jobs(
                availability.ask(() -> Objects.requireNonNull(redis.opsForList().range(keys.jobs(batch), 0, -1))));
    }
}
