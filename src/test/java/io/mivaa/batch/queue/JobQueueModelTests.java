package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random steps against the scripts and a model in memory that says what every take may give. */
class JobQueueModelTests {

    private static final int STEPS = 3_000;
    private static final Map<Priority, Integer> WEIGHTS =
            Map.of(Priority.CRITICAL, 8, Priority.HIGH, 4, Priority.NORMAL, 2, Priority.LOW, 1);

    private static final RedisAccess redis = new RedisAccess(RealServers.redisUri());

    @AfterAll
    static void disconnect() {
        redis.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void keepsOrderLosesNothingAndStarvesNobody(long seed) {
        redis.flush();
        Model model = new Model(QueueParts.on(redis, JobQueueTests.SETTINGS).queue(), new Random(seed));
        for (int step = 0; step < STEPS; step++) {
            model.step();
        }
        model.takeAll();
        assertThat(model.takes).isGreaterThan(STEPS);
    }

    /** A batch and what its list holds. */
    private static final class Flow {
        private final BatchId id = BatchId.create();
        private final Deque<JobId> hints = new ArrayDeque<>();
        private Priority priority = Priority.NORMAL;

        /** How often each other batch of its priority had a turn since this one had its last. */
        private final Map<Flow, Integer> turnsOfOthers = new HashMap<>();
    }

    private static final class Model {
        private final JobQueue queue;
        private final Random random;
        private final List<Flow> flows = Stream.generate(Flow::new).limit(12).toList();
        private final Map<JobId, Flow> owner = new HashMap<>();

        /** How many hints other priorities got since this one got its last, while it had some. */
        private final Map<Priority, Integer> waited = new EnumMap<>(Priority.class);

        private int takes;

        Model(JobQueue queue, Random random) {
            this.queue = queue;
            this.random = random;
            flows.forEach(flow -> flow.priority = anyPriority());
        }

        void step() {
            Flow flow = flows.get(random.nextInt(flows.size()));
            int dice = random.nextInt(1_000);
            if (dice < 480) {
                take(1 + random.nextInt(30));
            } else if (dice < 940) {
                push(flow);
            } else if (dice < 970) {
                drop(flow);
            } else if (dice < 998) {
                move(flow);
            } else {
                redis.flush();
                flows.forEach(Model::forget);
                waited.clear();
            }
        }

        private void push(Flow flow) {
            int count = random.nextInt(50) == 0 ? 501 + random.nextInt(600) : 1 + random.nextInt(30);
            List<JobId> jobs = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                boolean again = random.nextInt(20) == 0 && !flow.hints.isEmpty();
                jobs.add(again ? flow.hints.getLast() : JobId.create());
            }
            if (open(flow.priority) == 0) {
                waited.remove(flow.priority);
            }
            if (flow.hints.isEmpty()) {
                flow.turnsOfOthers.clear();
            }
            queue.push(Stores.lane(flow.id, flow.priority), jobs);
            flow.hints.addAll(jobs);
            jobs.forEach(job -> owner.put(job, flow));
        }

        private void drop(Flow flow) {
            queue.drop(Stores.WORKSPACE, flow.id);
            forget(flow);
        }

        private static void forget(Flow flow) {
            flow.hints.clear();
            flow.turnsOfOthers.clear();
        }

        private void move(Flow flow) {
            Priority to = anyPriority();
            if (to != flow.priority && open(to) == 0) {
                waited.remove(to);
            }
            queue.move(Stores.lane(flow.id, to));
            if (to != flow.priority) {
                flow.turnsOfOthers.clear();
                flows.forEach(other -> other.turnsOfOthers.remove(flow));
            }
            flow.priority = to;
        }

        void takeAll() {
            while (flows.stream().anyMatch(flow -> !flow.hints.isEmpty())) {
                take(100);
            }
            assertThat(queue.take(10)).isEmpty();
        }

        private void take(int want) {
            long there = flows.stream().mapToInt(flow -> flow.hints.size()).sum();

            List<JobId> taken = queue.take(want);

            assertThat(taken).hasSize((int) Math.min(want, there));
            taken.forEach(this::check);
            takes += taken.size();
        }

        private void check(JobId job) {
            Flow flow = Objects.requireNonNull(owner.get(job));
            assertThat(job).isEqualTo(flow.hints.poll());
            checkTurn(flow);
            checkShare(flow.priority);
        }

        private void checkTurn(Flow flow) {
            flow.turnsOfOthers.clear();
            for (Flow other : flows) {
                if (other != flow && other.priority == flow.priority && !other.hints.isEmpty()) {
                    assertThat(other.turnsOfOthers.merge(flow, 1, Integer::sum))
                            .as("turns of one batch while another waits for its own")
                            .isLessThanOrEqualTo(1);
                }
            }
        }

        /** A priority that has work and was just served waits for its stride, in which each other gets its share. */
        private void checkShare(Priority served) {
            waited.remove(served);
            for (Priority priority : Priority.values()) {
                if (priority != served && open(priority) > 0) {
                    int bound = bound(priority);
                    assertThat(waited.merge(priority, 1, Integer::sum))
                            .as("hints of others while %s waits", priority)
                            .isLessThanOrEqualTo(bound);
                }
            }
        }

        /** At most two strides, because the pass of one that had run dry may be a stride ahead when it comes back. */
        private static int bound(Priority of) {
            int bound = 0;
            for (Priority other : Priority.values()) {
                if (other != of) {
                    bound += 2 + (int) Math.ceil(2.0 * weight(other) / weight(of));
                }
            }
            return bound;
        }

        private static int weight(Priority priority) {
            return Objects.requireNonNull(WEIGHTS.get(priority));
        }

        private int open(Priority priority) {
            return flows.stream()
                    .filter(flow -> flow.priority == priority)
                    .mapToInt(flow -> flow.hints.size())
                    .sum();
        }

        private Priority anyPriority() {
            return List.of(Priority.values()).get(random.nextInt(WEIGHTS.size()));
        }
    }
}
