package io.mivaa.batch.queue;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import java.util.ArrayList;
import java.util.List;

/**
 * Names every Redis key. The prefix is a hash tag, so that all keys of one installation lie in one slot.
 *
 * <ul>
 *   <li>{@code {mivaa}:jobs:<batch>} list of job ids
 *   <li>{@code {mivaa}:ring:<priority>:<workspace>} zset of the workspace's batches that have such a list, by their turn
 *   <li>{@code {mivaa}:ring:<priority>} zset of workspaces that have such a ring, by their turn
 *   <li>{@code {mivaa}:pass} hash: how far each priority has come
 * </ul>
 */
record Keys(String prefix) {

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

    List<String> rings() {
        List<String> rings = new ArrayList<>();
        for (Priority priority : Priority.values()) {
            rings.add(ring(priority));
        }
        return rings;
    }

    String pass() {
        return tag() + "pass";
    }

    private String tag() {
        return "{" + prefix + "}:";
    }
}
