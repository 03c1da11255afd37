package io.mivaa.batch.queue;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.waiting.Lane;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What Redis must hold, as plain collections: the model that the scripts are compared with. A key that holds nothing
 * is absent, as in Redis.
 */
final class RingModel {

    private final Keys keys;
    private final List<Integer> weights;

    final Map<String, List<String>> lists = new TreeMap<>();
    final Map<String, Map<String, Double>> rings = new TreeMap<>();
    final Map<String, Double> passes = new TreeMap<>();

    RingModel(Keys keys, List<Integer> weights) {
        this.keys = keys;
        this.weights = weights;
    }

    RingModel copy() {
        RingModel copy = new RingModel(keys, weights);
        lists.forEach((key, ids) -> copy.lists.put(key, new ArrayList<>(ids)));
        rings.forEach((key, ring) -> copy.rings.put(key, new HashMap<>(ring)));
        copy.passes.putAll(passes);
        return copy;
    }

    void push(Lane lane, List<JobId> jobs) {
        if (!jobs.isEmpty()) {
            lists.computeIfAbsent(list(lane), key -> new ArrayList<>())
                    .addAll(jobs.stream().map(JobId::toString).toList());
        }
        if (lists.containsKey(list(lane))) {
            seat(batches(lane), lane.batch().toString());
            seat(keys.ring(lane.priority()), lane.workspace().name());
        }
    }

    void drop(Lane lane) {
        for (Priority priority : Priority.values()) {
            remove(keys.ring(priority, lane.workspace()), lane.batch().toString());
        }
        lists.remove(list(lane));
    }

    void move(Lane lane) {
        for (Priority priority : Priority.values()) {
            if (priority != lane.priority()) {
                remove(keys.ring(priority, lane.workspace()), lane.batch().toString());
            }
        }
        push(lane, List.of());
    }

    /** Told of every turn, before it is taken. */
    interface Witness {

        /** @param waiting the others of the ring that have something to take */
        void turn(String ring, String member, List<String> waiting);
    }

    List<String> take(int want, Witness witness) {
        int levels = weights.size();
        double[] pass = IntStream.range(0, levels)
                .mapToDouble(level -> passes.getOrDefault(String.valueOf(level + 1), 0.0))
                .toArray();
        boolean[] alive = new boolean[levels];
        double base = Double.NaN;
        for (int level = 0; level < levels; level++) {
            alive[level] = rings.containsKey(ring(level));
            if (alive[level] && !(pass[level] >= base)) {
                base = pass[level];
            }
        }
        List<String> taken = new ArrayList<>();
        if (Double.isNaN(base)) {
            return taken;
        }
        for (int step = 0; step < want + 200 && taken.size() < want; step++) {
            int level = lowest(pass, alive);
            if (level < 0) {
                break;
            }
            String id = takeOne(level, alive, witness);
            if (id != null) {
                taken.add(id);
                base = pass[level];
                pass[level] += 1.0 / weights.get(level);
            }
        }
        for (int level = 0; level < levels; level++) {
            double value = alive[level] ? pass[level] : Math.max(base, pass[level]);
            passes.put(String.valueOf(level + 1), asLuaWritesIt(value));
        }
        return taken;
    }

    /** One hint of the workspace and the batch whose turn it is, or null after clearing away what is empty. */
    private @Nullable String takeOne(int level, boolean[] alive, Witness witness) {
        String workspace = first(ring(level));
        if (workspace == null) {
            alive[level] = false;
            return null;
        }
        String batches = ring(level) + ":" + workspace;
        String batch = first(batches);
        if (batch == null) {
            remove(ring(level), workspace);
            return null;
        }
        List<String> ids = lists.get(keys.jobsPrefix() + batch);
        if (ids == null) {
            remove(batches, batch);
            return null;
        }
        witness.turn(
                ring(level),
                workspace,
                others(
                        ring(level),
                        workspace,
                        other -> rings.getOrDefault(ring(level) + ":" + other, Map.of()).keySet().stream()
                                .anyMatch(this::hasHints)));
        witness.turn(batches, batch, others(batches, batch, this::hasHints));
        String id = ids.remove(0);
        if (ids.isEmpty()) {
            lists.remove(keys.jobsPrefix() + batch);
        }
        put(batches, batch);
        put(ring(level), workspace);
        return id;
    }

    private List<String> others(String ring, String member, Predicate<String> waiting) {
        return rings.getOrDefault(ring, Map.of()).keySet().stream()
                .filter(other -> !other.equals(member) && waiting.test(other))
                .toList();
    }

    private boolean hasHints(String batch) {
        return lists.containsKey(keys.jobsPrefix() + batch);
    }

    boolean seated(Lane lane) {
        return rings.getOrDefault(batches(lane), Map.of())
                        .containsKey(lane.batch().toString())
                && rings.getOrDefault(keys.ring(lane.priority()), Map.of())
                        .containsKey(lane.workspace().name());
    }

    int length(Lane lane) {
        return lists.getOrDefault(list(lane), List.of()).size();
    }

    void delete(String key) {
        lists.remove(key);
        rings.remove(key);
        if (key.equals(keys.pass())) {
            passes.clear();
        }
    }

    String list(Lane lane) {
        return keys.jobs(lane.batch());
    }

    private String batches(Lane lane) {
        return keys.ring(lane.priority(), lane.workspace());
    }

    private String ring(int level) {
        return keys.choiceKeys().get(level);
    }

    private void seat(String ring, String member) {
        if (!rings.getOrDefault(ring, Map.of()).containsKey(member)) {
            put(ring, member);
        }
    }

    private void put(String ring, String member) {
        Map<String, Double> members = rings.computeIfAbsent(ring, key -> new HashMap<>());
        double last =
                members.values().stream().mapToDouble(score -> score).max().orElse(0);
        members.put(member, last + 1);
    }

    private void remove(String ring, String member) {
        Map<String, Double> members = rings.get(ring);
        if (members != null) {
            members.remove(member);
            if (members.isEmpty()) {
                rings.remove(ring);
            }
        }
    }

    private @Nullable String first(String ring) {
        return rings.getOrDefault(ring, Map.of()).entrySet().stream()
                .min(Comparator.comparing((Map.Entry<String, Double> entry) -> Objects.requireNonNull(entry.getValue()))
                        .thenComparing(Map.Entry::getKey))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    private static int lowest(double[] pass, boolean[] alive) {
        int lowest = -1;
        for (int level = 0; level < pass.length; level++) {
            if (alive[level] && (lowest < 0 || pass[level] < pass[lowest])) {
                lowest = level;
            }
        }
        return lowest;
    }

    /** Lua writes a number with fourteen digits. */
    private static double asLuaWritesIt(double value) {
        return new BigDecimal(value).round(new MathContext(14)).doubleValue();
    }
}
