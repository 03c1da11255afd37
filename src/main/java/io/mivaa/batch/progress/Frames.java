package io.mivaa.batch.progress;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Counts;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.reading.Jobs;
import io.mivaa.batch.job.waiting.Depths;
import io.mivaa.batch.progress.EventLog.Placed;
import io.mivaa.batch.progress.view.BatchView;
import io.mivaa.batch.progress.view.JobView;
import io.mivaa.batch.progress.view.QueueView;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Encodes events, snapshots and progress as frames of a text/event-stream, with the JSON of the API. Thread-safe. */
@Component
final class Frames {

    /** States how long a reader should wait before it reconnects, in milliseconds. */
    static final byte[] RETRY = bytes("retry: 2000\n\n");

    static final byte[] HEARTBEAT = bytes(": heartbeat\n\n");

    private static final int OPEN_BATCHES = 50;

    private final Jobs jobs;
    private final Batches batches;
    private final Depths depths;
    private final ObjectWriter json;

    Frames(Jobs jobs, Batches batches, Depths depths, JsonMapper json) {
        this.jobs = jobs;
        this.batches = batches;
        this.depths = depths;
        // A line break within the data would end it.
        this.json = json.writer().without(SerializationFeature.INDENT_OUTPUT);
    }

    /**
     * A frame, the same for every listener that receives it.
     *
     * @param batch the batch that it is about, or whose job it is about
     * @param position of a reader that has received it; null for progress, which has no place among the events
     */
    record Frame(
            Workspace workspace, BatchId batch, @Nullable Position position, byte[] bytes) {}

    /** The first frame of a stream that covers a workspace. */
    record WorkspaceSnapshot(QueueView queue, List<BatchView> batches) {}

    /** How far a batch is; the fields are those of the batch itself. */
    record ProgressView(
            String batchId, String state, Counts counts, BatchView.Progress progress, BatchView.EtaView eta) {

        static ProgressView of(Batch batch) {
            BatchView view = BatchView.of(batch);
            return new ProgressView(view.id(), view.state(), view.counts(), view.progress(), view.eta());
        }
    }

    /** The frames of events. Events of a batch or job that was deleted since are left out. */
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
        return events.stream()
                .flatMap(placed -> of(placed, ofJobs, ofBatches).stream())
                .toList();
    }

    private Optional<Frame> of(Placed placed, Map<JobId, Job> ofJobs, Map<BatchId, Batch> ofBatches) {
        Event event = placed.event();
        Object data =
                event.job() == null ? batch(event, ofBatches.get(event.batch())) : job(event, ofJobs.get(event.job()));
        String name = event.job() == null ? "batch" : "job";
        return Optional.ofNullable(data)
                .map(view -> new Frame(
                        event.workspace(), event.batch(), placed.position(), frame(name, placed.position(), view)));
    }

    private static @Nullable BatchView batch(Event event, @Nullable Batch batch) {
        return batch == null || event.counts() == null
                ? null
                : BatchView.of(batch.asOf(BatchState.valueOf(event.state()), event.counts(), event.at()));
    }

    private static @Nullable JobView job(Event event, @Nullable Job job) {
        return job == null
                ? null
                : JobView.of(job.asOf(JobState.valueOf(event.state()), event.attempt(), event.error(), event.at()));
    }

    byte[] snapshot(Batch batch, Position position) {
        return frame("snapshot", position, BatchView.of(batch));
    }

    /** Reads the workspace's queue and open batches. */
    byte[] snapshot(Workspace workspace, Position position) {
        List<BatchView> open = batches.open(workspace, OPEN_BATCHES).stream()
                .map(BatchView::of)
                .toList();
        return frame("snapshot", position, new WorkspaceSnapshot(QueueView.of(workspace, batches, depths), open));
    }

    /** The progress of the batches that still exist. */
    List<Frame> progress(Collection<BatchId> of) {
        return batches.ofAnyWorkspace(of).values().stream()
                .map(batch ->
                        new Frame(batch.workspace(), batch.id(), null, frame("progress", null, ProgressView.of(batch))))
                .toList();
    }

    private byte[] frame(String event, @Nullable Position position, Object data) {
        String id = position == null ? "" : "id: " + position.encode() + "\n";
        return bytes(id + "event: " + event + "\ndata: " + json.writeValueAsString(data) + "\n\n");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
