package io.mivaa.batch.progress;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.reading.Batches;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1")
@Tag(name = "Events")
class EventController {

    private final Batches batches;
    private final EventLog events;
    private final Frames frames;
    private final EventFeed feed;
    private final Places places;
    private final EventSettings settings;
    private final TransactionTemplate atOneMoment;

    EventController(
            Batches batches,
            EventLog events,
            Frames frames,
            EventFeed feed,
            Places places,
            EventSettings settings,
            PlatformTransactionManager transactions) {
        this.batches = batches;
        this.events = events;
        this.frames = frames;
        this.feed = feed;
        this.places = places;
        this.settings = settings;
        this.atOneMoment = new TransactionTemplate(transactions);
        this.atOneMoment.setReadOnly(true);
        this.atOneMoment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    /** The position where a stream begins, and its first frames. */
    private record Beginning(Position position, List<byte[]> frames) {}

    @Operation(
            summary = "Stream the events of a batch and its jobs as server-sent events",
            description = "snapshot, job, batch and progress; resumes after Last-Event-ID.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            content =
                                    @Content(
                                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                                            schema = @Schema(type = "string"))))
    @GetMapping(path = "/batches/{id:[0-9a-fA-F-]{36}}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void ofBatch(
            Workspace workspace,
            @PathVariable UUID id,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        open(workspace, new BatchId(id), lastEventId, request, response);
    }

    @Operation(
            summary = "Stream the events of all batches and jobs of the workspace as server-sent events",
            description = "snapshot, job, batch and progress; resumes after Last-Event-ID.",
            responses =
                    @ApiResponse(
                            responseCode = "200",
                            content =
                                    @Content(
                                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                                            schema = @Schema(type = "string"))))
    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    void ofWorkspace(
            Workspace workspace,
            @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        open(workspace, null, lastEventId, request, response);
    }

    private void open(
            Workspace workspace,
            @Nullable BatchId batch,
            @Nullable String lastEventId,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        if (!feed.isRunning()) {
            throw Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "unavailable", "The service is shutting down.")
                    .retryAfter(2);
        }
        places.take(workspace);
        boolean started = false;
        try {
            Beginning beginning = beginning(workspace, batch, lastEventId);
            response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE);
            response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            // Without this, nginx buffers events.
            response.setHeader("X-Accel-Buffering", "no");
            if (request.getMethod().equals("GET")) {
                begin(workspace, batch, beginning, request);
                started = true;
            }
        } finally {
            if (!started) {
                places.giveBack(workspace);
            }
        }
    }

    private void begin(Workspace workspace, @Nullable BatchId batch, Beginning beginning, HttpServletRequest request)
            throws IOException {
        AtomicReference<@Nullable Listener> self = new AtomicReference<>();
        Outlet outlet = new Outlet(request.startAsync(), settings.buffer().toBytes(), () -> {
            places.giveBack(workspace);
            Optional.ofNullable(self.get()).ifPresent(feed::leave);
        });
        Listener listener = new Listener(workspace, batch, outlet, beginning.position());
        self.set(listener);
        outlet.open();
        outlet.send(beginning.frames());
        feed.join(listener);
    }

    /** Begins after the last event that the client has received; if that is unknown, with a snapshot. */
    private Beginning beginning(Workspace workspace, @Nullable BatchId batch, @Nullable String lastEventId) {
        Optional<Position> last =
                Optional.ofNullable(lastEventId).flatMap(Position::decode).filter(events::keeps);
        if (last.isPresent()) {
            if (batch != null) {
                existing(workspace, batch);
            }
            return new Beginning(last.get(), List.of(Frames.RETRY));
        }
        return Objects.requireNonNull(atOneMoment.execute(status -> {
            Position position = Position.at(events.now());
            byte[] snapshot = batch == null
                    ? frames.snapshot(workspace, position)
                    : frames.snapshot(existing(workspace, batch), position);
            return new Beginning(position, List.of(Frames.RETRY, snapshot));
        }));
    }

    private Batch existing(Workspace workspace, BatchId batch) {
        return batches.find(workspace, batch).orElseThrow(() -> Problem.notFound("batch"));
    }
}
