package io.mivaa.batch.queue;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Names every Redis key of the queue. The prefix is a hash tag, so that all keys of one installation are in one slot.
 *
 * <ul>
 *   <li>{@code {mivaa}:jobs:<batch>} list of job ids
 *   <li>{@code {mivaa}:ring:<priority>:<workspace>} zset of the workspace's batches that have such a list, by their turn
 *   <li>{@code {mivaa}:ring:<priority>} zset of workspaces that have such a ring, by their turn
 *   <li>{@code {mivaa}:pass} hash: the virtual time of each priority (stride scheduling)
 * </ul>
 */
record Keys(String prefix) {

    /** Turns in which a take finds something empty and removes it. They are bounded, so that a call stays short. */
    static final int SPARE_TURNS = 200;

    String jobs(BatchId batch) {
        return jobsPrefix() + batch;
    }

    String jobsPrefix() {
        return tag() + "jobs:";
    }

    String ring(Priority priority) {
        return tag() + "ring:" + priority;
    }

    String ring(Priority priority, Workspace workspace) {
        return ring(priority) + ":" + workspace;
    }

    /** The keys that {@code take.lua} is called with. */
    List<String> choiceKeys() {
        List<String> names = new ArrayList<>();
        for (Priority priority : Priority.values()) {
            names.add(ring(priority));
        }
        names.add(pass());
        return names;
    }

    /**
     * The arguments that {@code take.lua} is called with.
     *
     * @param turns how many turns it follows at most
     * @param workspace whose hints to look at; empty to take hints of all workspaces
     */
    Object[] choice(int want, int turns, String workspace, List<Integer> weights) {
        List<Object> arguments =
                new ArrayList<>(List.of(String.valueOf(want), String.valueOf(turns), workspace, jobsPrefix()));
        weights.forEach(weight -> arguments.add(String.valueOf(weight)));
        return arguments.toArray();
    }

    String pass() {
        return tag() + "pass";
    }

    private String tag() {
        return "{" + prefix + "}:";
    }
}
