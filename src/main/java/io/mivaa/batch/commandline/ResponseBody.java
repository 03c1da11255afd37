package io.mivaa.batch.commandline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the client reads of the service's answers; everything else in them is ignored. */
final class ResponseBody {

    private ResponseBody() {}

    record Batch(
            String id,
            @Nullable String name,
            String state,
            boolean terminal,
            Counts counts,
            Progress progress,
            @Nullable Eta eta,
            @Nullable String createdAt) {}

    record Batches(List<Batch> items, @Nullable String nextCursor) {}

    record Counts(int total, int queued, int running, int retrying, int succeeded, int dead, int cancelled) {}

    record Progress(double percent, @Nullable Double documentsPerMinute) {}

    /** @param reason why nothing can be said, if so */
    record Eta(@Nullable Double seconds, @Nullable String reason) {}

    record Jobs(List<Job> items, @Nullable String nextCursor) {}

    record Job(
            String id,
            @Nullable String batchId,
            String filename,
            @Nullable Map<String, Object> metadata,
            String state,
            @Nullable Instant finishedAt,
            @Nullable Cause error) {}

    /** @param kind the class of failure, such as {@code INVALID_INPUT} */
    record Cause(
            @JsonProperty("class") @Nullable String kind,
            @Nullable String code,
            @Nullable String message) {}

    record Hits(List<Hit> items) {}

    record Hit(
            double score,
            String filename,
            Chunk chunk,
            @Nullable List<Highlight> highlights) {}

    record Chunk(
            String text, @Nullable Pages pages, @Nullable List<String> headings) {}

    record Pages(int first, int last) {}

    /** Offsets into the chunk's text, the second exclusive. */
    record Highlight(int start, int end) {}

    record Limits(
            long maxDocumentBytes,
            long maxRequestBytes,
            int maxDocuments,
            int maxMetadataBytes,
            int maxOpenJobs,
            int maxOpenJobsPerWorkspace) {}

    /** RFC 9457. */
    record Problem(
            @Nullable String title,
            @Nullable String detail,
            @Nullable String code,
            @Nullable List<Invalid> errors) {}

    record Invalid(
            @Nullable String pointer,
            @Nullable String code,
            @Nullable String detail) {}
}
