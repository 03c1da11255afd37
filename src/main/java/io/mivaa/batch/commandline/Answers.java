package io.mivaa.batch.commandline;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the client reads of the service's answers; everything else in them is ignored. */
final class Answers {

    private Answers() {}

    record Batch(
            String id,
            String state,
            boolean terminal,
            Counts counts,
            Progress progress,
            @Nullable Eta eta) {}

    record Counts(int total, int queued, int running, int retrying, int succeeded, int dead, int cancelled) {}

    record Progress(double percent, @Nullable Double documentsPerMinute) {}

    record Eta(@Nullable Double seconds) {}

    record Jobs(List<Job> items, @Nullable String nextCursor) {}

    record Job(
            String id,
            String filename,
            String state,
            @Nullable Cause error) {}

    /** @param kind the class of failure, such as {@code INVALID_INPUT} */
    record Cause(
            @JsonProperty("class") @Nullable String kind,
            @Nullable String code,
            @Nullable String message) {}

    record Hits(List<Hit> items) {}

    record Hit(double score, String filename, Chunk chunk) {}

    record Chunk(
            String text, @Nullable Pages pages, @Nullable List<String> headings) {}

    record Pages(int first, int last) {}

    /** RFC 9457. */
    record Problem(
            @Nullable String title,
            @Nullable String detail,
            @Nullable String code) {}
}
