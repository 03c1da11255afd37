package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.testkit.RedisAccess;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;

/** Random steps over the scripts, with what a client and a server can do wrong. */
final class ScriptFuzz {

    static final Set<String> KINDS = new TreeSet<>(List.of(
            "push",
            "push twice",
            "take",
            "take, answer lost",
            "drop",
            "move",
            "seat",
            "delete a key",
            "flush",
            "save",
            "restore"));

    @SuppressWarnings("rawtypes")
    private static final RedisScript<List> EVERYTHING = RedisScript.of("""
            local all = {}
            for _, key in ipairs(redis.call('KEYS', '*')) do
              local type = redis.call('TYPE', key).ok
              all[#all + 1] = key
              all[#all + 1] = type
              all[#all + 1] = type == 'string' and redis.call('GET', key)
                  or type == 'list' and redis.call('LRANGE', key, 0, -1)
                  or type == 'hash' and redis.call('HGETALL', key)
                  or redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
            end
            return all
            """, List.class);

    private final JobQueue queue;
    private final HintLists lists;
    private final RedisAccess redis;
    private final StringRedisTemplate template;
    private final Random random;
    private final Keys keys = new Keys(JobQueueTests.SETTINGS.prefix());
    private final Set<String> kinds = new TreeSet<>();
    private final List<Lane> lanes = new ArrayList<>();

    /** What is queued by PostgreSQL's word: every batch with its jobs that nobody has got. */
    private final Map<BatchId, Set<JobId>> queued = new HashMap<>();

    private final Map<String, Lane> owner = new HashMap<>();
    private final Turns turns = new Turns();

    private RingModel model = new RingModel(keys, JobQueueTests.SETTINGS.weights());
    private @Nullable RingModel saved;
    private Map<String, byte[]> dump = Map.of();

    ScriptFuzz(JobQueue queue, HintLists lists, RedisAccess redis, Random random) {
        this.queue = queue;
        this.lists = lists;
        this.redis = redis;
        this.template = redis.template();
        this.random = random;
        IntStream.range(0, 14).forEach(i -> {
            Lane lane = new Lane(new Workspace("w" + i % 4), BatchId.create(), anyPriority(), null);
            lanes.add(lane);
            queued.put(lane.batch(), new LinkedHashSet<>());
        });
    }

    Set<String> kinds() {
        return kinds;
    }

    void step() {
        int dice = random.nextInt(1_000);
        int which = random.nextInt(lanes.size());
        Lane lane = lanes.get(which);
        if (dice < 400) {
            push(lane);
        } else if (dice < 800) {
            take(1 + random.nextInt(25), random.nextInt(8) == 0);
        } else if (dice < 860) {
            did("drop");
            queue.drop(lane.workspace(), lane.batch());
            model.drop(lane);
            turns.forget();
        } else if (dice < 930) {
            move(which);
        } else if (dice < 960) {
            did("seat");
            queue.seat(lane);
            model.push(lane, List.of());
        } else {
            harm(dice);
        }
        compare();
    }

    private void harm(int dice) {
        if (dice < 978) {
            deleteAKey();
        } else if (dice < 982) {
            did("flush");
            redis.flush();
            model = new RingModel(keys, JobQueueTests.SETTINGS.weights());
            turns.forget();
        } else if (dice < 992) {
            save();
        } else {
            restore();
        }
    }

    private void push(Lane lane) {
        boolean twice = random.nextInt(10) == 0;
        did(twice ? "push twice" : "push");
        List<JobId> jobs = new ArrayList<>();
        int count = random.nextInt(100) == 0 ? 501 + random.nextInt(100) : random.nextInt(9);
        Set<JobId> waiting = Objects.requireNonNull(queued.get(lane.batch()));
        for (int i = 0; i < count; i++) {
            jobs.add(
                    random.nextInt(15) == 0 && !waiting.isEmpty()
                            ? waiting.iterator().next()
                            : JobId.create());
        }
        jobs.forEach(job -> owner.put(job.toString(), lane));
        waiting.addAll(jobs);
        for (int i = 0; i < (twice ? 2 : 1); i++) {
            queue.push(lane, jobs);
            for (int from = 0; from < jobs.size(); from += 500) {
                model.push(lane, jobs.subList(from, Math.min(jobs.size(), from + 500)));
            }
        }
    }

    /** When the answer is lost the hints are gone from Redis, and the jobs are as queued as before. */
    private void take(int want, boolean answerLost) {
        did(answerLost ? "take, answer lost" : "take");
        List<List<String>> foretold = IntStream.range(0, 4)
                .mapToObj(workspace -> foretold("w" + workspace))
                .toList();
        List<String> expected = model.take(want, turns);
        for (int workspace = 0; workspace < 4; workspace++) {
            String name = "w" + workspace;
            List<String> its = expected.stream()
                    .filter(id -> Objects.requireNonNull(owner.get(id))
                            .workspace()
                            .name()
                            .equals(name))
                    .toList();
            assertThat(foretold.get(workspace).stream().limit(its.size()).toList())
                    .isEqualTo(its);
        }

        List<JobId> taken = queue.take(want);

        assertThat(taken.stream().map(JobId::toString).toList()).isEqualTo(expected);
        if (!answerLost) {
            taken.forEach(job -> Objects.requireNonNull(queued.get(
                            Objects.requireNonNull(owner.get(job.toString())).batch()))
                    .remove(job));
        }
    }

    private List<String> foretold(String workspace) {
        return lists.peek(new Workspace(workspace), 25).stream()
                .map(JobId::toString)
                .toList();
    }

    private void move(int which) {
        did("move");
        Lane from = lanes.get(which);
        Lane to = new Lane(from.workspace(), from.batch(), anyPriority(), null);
        queue.move(to);
        model.move(to);
        lanes.set(which, to);
        turns.forget();
    }

    private void deleteAKey() {
        List<String> all = new ArrayList<>(new TreeSet<>(template.keys("*")));
        if (!all.isEmpty()) {
            did("delete a key");
            String key = all.get(random.nextInt(all.size()));
            template.delete(key);
            model.delete(key);
            turns.forget();
        }
    }

    private void save() {
        did("save");
        dump = new TreeMap<>();
        for (String key : template.keys("*")) {
            dump.put(key, Objects.requireNonNull(template.dump(key)));
        }
        saved = model.copy();
    }

    /** A server that comes back with what it knew some time ago: hints of jobs long done, and none of new ones. */
    private void restore() {
        RingModel then = saved;
        if (then != null) {
            did("restore");
            redis.flush();
            dump.forEach((key, value) -> template.execute((RedisCallback<Object>) connection -> {
                connection.keyCommands().restore(key.getBytes(StandardCharsets.UTF_8), 0, value);
                return true;
            }));
            model = then.copy();
            turns.forget();
        }
    }

    /** As the reconciler does: whatever happened, every job that is queued is found again, and then Redis is empty. */
    void restoreAndTakeAll() {
        for (Lane lane : lanes) {
            Set<JobId> hinted = new HashSet<>(lists.hints(lane.batch()));
            queue.push(
                    lane,
                    Objects.requireNonNull(queued.get(lane.batch())).stream()
                            .filter(job -> !hinted.contains(job))
                            .toList());
            queue.seat(lane);
        }
        Set<JobId> found = new HashSet<>();
        for (List<JobId> some = queue.take(100); !some.isEmpty(); some = queue.take(100)) {
            found.addAll(some);
        }
        queued.values().forEach(jobs -> assertThat(found).containsAll(jobs));
        assertThat(template.keys("*")).isSubsetOf(keys.pass());
    }

    /** Redis key by key, in one round trip. */
    private void compare() {
        Map<String, Object> there = new TreeMap<>();
        List<?> all = template.execute(EVERYTHING, List.of());
        for (int i = 0; i < all.size(); i += 3) {
            there.put((String) all.get(i), content((String) all.get(i + 1), all.get(i + 2)));
        }
        Map<String, Object> expected = new TreeMap<>(model.lists);
        expected.putAll(model.rings);
        if (!model.passes.isEmpty()) {
            expected.put(keys.pass(), model.passes);
        }
        assertThat(there).isEqualTo(expected);
        assertThat(lists.held(lanes))
                .isEqualTo(lanes.stream()
                        .map(lane -> new HintLists.Held(model.length(lane), model.seated(lane)))
                        .toList());
    }

    private static Object content(String type, Object content) {
        if (type.equals("string") || type.equals("list")) {
            return content;
        }
        List<?> pairs = (List<?>) content;
        Map<String, Double> numbers = new TreeMap<>();
        for (int i = 0; i < pairs.size(); i += 2) {
            numbers.put((String) pairs.get(i), Double.valueOf((String) pairs.get(i + 1)));
        }
        return numbers;
    }

    private void did(String kind) {
        kinds.add(kind);
    }

    private Priority anyPriority() {
        return List.of(Priority.values()).get(random.nextInt(Priority.values().length));
    }

    /** Who had turns while others waited: nobody has two before each other one that waits had one. */
    private static final class Turns implements RingModel.Witness {

        /** By ring and the one that waits: how often each other one had a turn since. */
        private final Map<String, Map<String, Integer>> since = new HashMap<>();

        void forget() {
            since.clear();
        }

        @Override
        public void turn(String ring, String member, List<String> waiting) {
            since.remove(ring + " " + member);
            for (String other : waiting) {
                int times = since.computeIfAbsent(ring + " " + other, key -> new HashMap<>())
                        .merge(member, 1, Integer::sum);
                assertThat(times)
                        .as("turns of %s while %s waits in %s", member, other, ring)
                        .isLessThanOrEqualTo(1);
            }
        }
    }
}
