package io.mivaa.batch.progress;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.reading.Jobs;
import io.mivaa.batch.progress.EventLog.Placed;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Puts what happened into the words of the API and the form of a text/event-stream. Thread-safe. */
@Component
final class Frames {

    /** Tells a reader that lost its stream when to come back, in milliseconds. */
    static final byte[] RETRY = bytes("retry: 2000\n\n");

    static final byte[] HEARTBEAT = bytes(": heartbeat\n\n");

    private static final int OPEN_BATCHES = 50;
    private static final List<String> PROGRESS = List.of("state", "counts", "progress", "eta");

    private final Jobs jobs;
    private final Batches batches;
    private final ApiObjects objects;
    private final JsonMapper json;
    private final ObjectWriter oneLine;

    Frames(Jobs jobs, Batches batches, ApiObjects objects, JsonMapper json) {
        this.jobs = jobs;
        this.batches = batches;
        this.objects = objects;
        this.json = json;
        this.oneLine = json.writer().without(SerializationFeature.INDENT_OUTPUT);
    }

    /**
     * What an event is about, and its bytes, the same for everybody who is told it.
     *
     * @param position where who was told it has got to; null when it has no place among the events
     */
    record Frame(
            Workspace workspace, BatchId batch, @Nullable Position position, byte[] bytes) {}

    /** Of a batch or job that was deleted since nothing can be told. */
    List<Frame> of(List<Placed> events) {
        Map<JobId, Job> ofJobs = jobs.ofAnyWorkspace(events.stream()
                .map(placed -> placed.event().job())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        Map<BatchId, Batch> ofBatches = batches.ofAnyWorkspace(events.stream()
                .map(Placed::event)
                .filter(event -> event.job() == null)
                .map(Event::batch)
                .collect(Collectors.toSet()));
        List<Frame> frames = new ArrayList<>(events.size());
        for (Placed placed : events) {
            Event event = placed.event();
            Object data = event.job() == null
                    ? batch(event, ofBatches.get(event.batch()))
                    : job(event, ofJobs.get(event.job()));
            if (data != null) {
                String name = event.job() == null ? "batch" : "job";
                Position position = placed.position();
                frames.add(new Frame(event.workspace(), event.batch(), position, frame(name, position, data)));
            }
        }
        return frames;
    }

    private @Nullable Object batch(Event event, @Nullable Batch batch) {
        return batch == null || event.counts() == null
                ? null
                : objects.batch(batch.asOf(BatchState.valueOf(event.state()), event.counts(), event.at()));
    }

    private @Nullable Object job(Event event, @Nullable Job job) {
        return job == null
                ? null
                : objects.job(job.asOf(JobState.valueOf(event.state()), event.attempt(), event.error(), event.at()));
    }

    byte[] snapshot(Batch batch, Position position) {
        return frame("snapshot", position, objects.batch(batch));
    }

    /** Reads it. */
    byte[] snapshot(Workspace workspace, Position position) {
        List<Object> open = batches.open(workspace, OPEN_BATCHES).stream()
                .map(objects::batch)
                .toList();
        return frame("snapshot", position, new WorkspaceSnapshot(objects.queue(workspace), open));
    }

    /** What a listener to a workspace is told first. */
    record WorkspaceSnapshot(Object queue, List<Object> batches) {}

    /** How far those of the batches are that still exist. */
    List<Frame> progress(Collection<BatchId> of) {
        return batches.ofAnyWorkspace(of).values().stream()
                .map(batch -> new Frame(batch.workspace(), batch.id(), null, frame("progress", null, progress(batch))))
                .toList();
    }

    private ObjectNode progress(Batch batch) {
        JsonNode whole = json.valueToTree(objects.batch(batch));
        ObjectNode part = json.createObjectNode().put("batchId", batch.id().toString());
        PROGRESS.stream().filter(whole::has).forEach(name -> part.set(name, whole.get(name)));
        return part;
    }

    private byte[] frame(String event, @Nullable Position position, Object data) {
        String id = position == null ? "" : "id: " + position.encode() + "\n";
        return bytes(id + "event: " + event + "\ndata: " + oneLine.writeValueAsString(data) + "\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
