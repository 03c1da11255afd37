package io.mivaa.batch.intake.options;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.Priority;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The options of a batch as the client sends them, all optional and not yet checked ({@link OptionsCheck}). Any other
 * field is refused as unknown.
 *
 * @param priority critical, high, normal or low
 * @param onInvalid accept (default): a document that can never succeed becomes a dead letter; reject: it refuses the
 *     whole batch
 * @param maxInFlight how many jobs of the batch may run at a time
 * @param scheduledAt the earliest time to start, in ISO 8601 with an offset
 * @param after ids of batches that must succeed first, at least in part
 * @param webhookUrl receives a delivery when the batch has finished or one of its jobs has become a dead letter
 */
public record Options(
        @Nullable String name,
        @Nullable String priority,
        @Nullable String onInvalid,
        @Nullable Chunking chunking,
        @Nullable Embedding embedding,
        @Nullable Integer maxAttempts,
        @Nullable Integer maxInFlight,
        @Nullable String scheduledAt,
        @Nullable List<String> after,
        @Nullable List<String> tags,
        @Nullable String webhookUrl) {

    public static final Options NONE = new Options(null, null, null, null, null, null, null, null, null, null, null);

    public static final int MAX_NAME = 200;
    public static final int MAX_TAG = 64;

    public record Chunking(
            @Nullable String strategy,
            @Nullable Integer maxTokens,
            @Nullable Integer overlapTokens,
            @Nullable Integer minTokens) {}

    public record Embedding(
            @Nullable String provider, @Nullable String model) {}

    /** These options with the name, if there is one. */
    public Options named(@Nullable String other) {
        return other == null
                ? this
                : new Options(
                        other,
                        priority,
                        onInvalid,
                        chunking,
                        embedding,
                        maxAttempts,
                        maxInFlight,
                        scheduledAt,
                        after,
                        tags,
                        webhookUrl);
    }

    /**
     * Whether one document that can never succeed refuses the whole batch.
     *
     * @throws Problem 400 when {@code onInvalid} is neither accept nor reject
     */
    public boolean rejectInvalid() {
        if (onInvalid == null || onInvalid.equals("accept")) {
            return false;
        }
        if (onInvalid.equals("reject")) {
            return true;
        }
        throw invalid("/onInvalid", "onInvalid must be accept or reject.");
    }

    /**
     * @param pointer to the value in the request
     * @throws Problem 400 for any other name
     */
    public static Priority priority(String pointer, String name) {
        return Arrays.stream(Priority.values())
                .filter(priority -> priority.name().toLowerCase(Locale.ROOT).equals(name))
                .findAny()
                .orElseThrow(() ->
                        Problem.invalid(pointer, "invalid-value", "A priority must be critical, high, normal or low."));
    }

    static Problem invalid(String option, String detail) {
        return Problem.invalid("/options" + option, "invalid-value", detail);
    }
}
