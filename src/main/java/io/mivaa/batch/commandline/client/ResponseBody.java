package io.mivaa.batch.commandline.client;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the client reads of the service's answers; everything else in them is ignored. */
public final class ResponseBody {

    private ResponseBody() {}

    public record Batch(
            String id,
            @Nullable String name,
            String state,
            boolean terminal,
            Counts counts,
            Progress progress,
            @Nullable Eta eta,
            @Nullable String createdAt) {}

    public record Batches(List<Batch> items, @Nullable String nextCursor) {}

    public record Counts(int total, int queued, int running, int retrying, int succeeded, int dead, int cancelled) {}

    public record Progress(double percent, @Nullable Double documentsPerMinute) {}

    /** @param reason why nothing can be said, if so */
    public record Eta(@Nullable Double seconds, @Nullable String reason) {}

    public record Jobs(List<Job> items, @Nullable String nextCursor) {}

    public record Job(
            String id,
            @Nullable String batchId,
            String filename,
            @Nullable Map<String, Object> metadata,
            String state,
            @Nullable Instant finishedAt,
            @Nullable Cause error) {}

    /** @param kind the class of failure, such as {@code INVALID_INPUT} */
    public record Cause(
            @JsonProperty("class") @Nullable String kind,
            @Nullable String code,
            @Nullable String message) {}

    public record Hits(List<Hit> items) {}

    public record Hit(
            double score,
            String filename,
            Chunk chunk,
            @Nullable List<Highlight> highlights) {}

    public record Chunk(
            String text, @Nullable Pages pages, @Nullable List<String> headings) {}

    public record Pages(int first, int last) {}

    /** Offsets into the chunk's text, the second exclusive. */
    public record Highlight(int start, int end) {}

    public record Limits(
            long maxDocumentBytes,
            long maxRequestBytes,
            int maxDocuments,
            int maxMetadataBytes,
            int maxOpenJobs,
            int maxOpenJobsPerWorkspace) {}

    /** RFC 9457. */
    public record Problem(
            @Nullable String title,
            @Nullable String detail,
            @Nullable String code,
            @Nullable List<Invalid> errors) {}

    public record Invalid(
            @Nullable String pointer,
            @Nullable String code,
            @Nullable String detail) {}
}
