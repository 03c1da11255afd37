package io.mivaa.batch.intake;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.pipeline.PipelineOptions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a client may choose for a batch; everything is optional. A field that is not here is refused as unknown.
 *
 * @param priority critical, high, normal or low
 * @param onInvalid accept (default): a document that can be refused at once becomes a dead job; reject: it refuses the
 *     batch
 * @param maxInFlight how many of its jobs may run at a time
 * @param scheduledAt not before this time, as ISO 8601 with an offset
 * @param after ids of batches that must have ended well first
 * @param webhookUrl who is told when it has finished or a job of it has died
 */
record Options(
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

    static final Options NONE = new Options(null, null, null, null, null, null, null, null, null, null, null);

    static final int MAX_NAME = 200;
    private static final int MAX_TAGS = 20;
    private static final int MAX_AFTER = 20;
    private static final int MAX_IN_FLIGHT = 10_000;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");
    static final int MAX_TAG = 64;

    record Chunking(
            @Nullable String strategy,
            @Nullable Integer maxTokens,
            @Nullable Integer overlapTokens,
            @Nullable Integer minTokens) {}

    record Embedding(@Nullable String provider, @Nullable String model) {}

    Options named(@Nullable String other) {
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
     * Checks everything and fills in the defaults.
     *
     * @throws Problem 400 with a pointer to what is wrong
     */
    NewBatch resolve(Workspace workspace, Pipeline pipeline, IntakeSettings settings) {
        if (name != null && name.length() > MAX_NAME) {
            throw wrong("/name", "A name has at most " + MAX_NAME + " characters.");
        }
        Documents.text(name, "/options/name");
        rejectInvalid();
        return new NewBatch(
                workspace,
                name,
                priorityOr(Priority.NORMAL),
                batchOptions(pipeline, settings),
                checkedTags(),
                new NewBatch.Start(scheduledInstant(), predecessors()));
    }

    /** Whether one document that cannot succeed refuses them all. */
    boolean rejectInvalid() {
        if (onInvalid == null || onInvalid.equals("accept")) {
            return false;
        }
        if (onInvalid.equals("reject")) {
            return true;
        }
        throw wrong("/onInvalid", "onInvalid is accept or reject.");
    }

    private Priority priorityOr(Priority other) {
        return priority == null ? other : priority("/options/priority", priority);
    }

    static Priority priority(String pointer, String value) {
        return Arrays.stream(Priority.values())
                .filter(p -> p.name().toLowerCase(Locale.ROOT).equals(value))
                .findAny()
                .orElseThrow(() ->
                        Problem.invalid(pointer, "invalid-value", "A priority is critical, high, normal or low."));
    }

    private BatchOptions batchOptions(Pipeline pipeline, IntakeSettings settings) {
        int attempts = maxAttempts == null ? settings.defaultAttempts() : maxAttempts;
        if (attempts < 1 || attempts > settings.maxAttempts()) {
            throw wrong("/maxAttempts", "maxAttempts is between 1 and " + settings.maxAttempts() + ".");
        }
        PipelineOptions chosen = pipelineOptions(pipeline);
        int slash = chosen.model().indexOf('/');
        ChunkingOptions cut = chosen.chunking();
        return new BatchOptions(
                new BatchOptions.Chunking(cut.strategy(), cut.maxTokens(), cut.overlapTokens(), cut.minTokens()),
                new BatchOptions.Embedding(
                        chosen.model().substring(0, slash), chosen.model().substring(slash + 1)),
                attempts,
                checkedBound(),
                webhookUrl);
    }

    private @Nullable Integer checkedBound() {
        if (maxInFlight != null && (maxInFlight < 1 || maxInFlight > MAX_IN_FLIGHT)) {
            throw wrong("/maxInFlight", "maxInFlight is between 1 and " + MAX_IN_FLIGHT + ".");
        }
        return maxInFlight;
    }

    private @Nullable Instant scheduledInstant() {
        try {
            if (scheduledAt == null) {
                return null;
            }
            Instant instant = OffsetDateTime.parse(scheduledAt).toInstant();
            if (instant.isAfter(LATEST)) {
                throw wrong("/scheduledAt", "scheduledAt is not after the year 9999.");
            }
            return instant;
        } catch (DateTimeParseException e) {
            throw wrong("/scheduledAt", "scheduledAt is a time like 2026-12-01T08:00:00Z.");
        }
    }

    private List<BatchId> predecessors() {
        List<String> ids = after == null ? List.of() : after;
        if (ids.size() > MAX_AFTER) {
            throw wrong("/after", "A batch waits for at most " + MAX_AFTER + " others.");
        }
        List<BatchId> predecessors = new ArrayList<>();
        for (int i = 0; i < ids.size(); i++) {
            try {
                predecessors.add(new BatchId(UUID.fromString(Objects.toString(ids.get(i)))));
            } catch (IllegalArgumentException e) {
                throw wrong("/after/" + i, "after holds ids of batches.");
            }
        }
        return predecessors.stream().distinct().toList();
    }

    private PipelineOptions pipelineOptions(Pipeline pipeline) {
        PipelineOptions defaults = pipeline.defaults();
        try {
            PipelineOptions chosen = new PipelineOptions(chunkingOptions(defaults.chunking()), model(defaults.model()));
            pipeline.validate(chosen);
            return chosen;
        } catch (IllegalArgumentException e) {
            boolean unknownModel = pipeline.models().stream()
                    .map(each -> each.provider() + "/" + each.name())
                    .noneMatch(model(defaults.model())::equals);
            boolean blamed = unknownModel || (embedding != null && chunking == null);
            throw wrong(blamed ? "/embedding" : "/chunking", e.getMessage() + ".");
        }
    }

    private ChunkingOptions chunkingOptions(ChunkingOptions defaults) {
        if (chunking == null) {
            return defaults;
        }
        int max = or(chunking.maxTokens(), defaults.maxTokens());
        return new ChunkingOptions(
                chunking.strategy() == null ? defaults.strategy() : chunking.strategy(),
                max,
                or(chunking.overlapTokens(), Math.min(defaults.overlapTokens(), max / 4)),
                or(chunking.minTokens(), Math.min(defaults.minTokens(), max / 4)));
    }

    private String model(String byDefault) {
        if (embedding == null) {
            return byDefault;
        }
        int slash = byDefault.indexOf('/');
        String provider = embedding.provider() == null ? byDefault.substring(0, slash) : embedding.provider();
        return provider + "/" + (embedding.model() == null ? byDefault.substring(slash + 1) : embedding.model());
    }

    private List<String> checkedTags() {
        if (tags == null) {
            return List.of();
        }
        if (tags.size() > MAX_TAGS
                || tags.stream().anyMatch(tag -> tag == null || tag.isBlank() || tag.length() > MAX_TAG)) {
            throw wrong("/tags", "There are at most " + MAX_TAGS + " tags of 1 to " + MAX_TAG + " characters.");
        }
        tags.forEach(tag -> Documents.text(tag, "/options/tags"));
        return tags.stream().distinct().toList();
    }

    private static int or(@Nullable Integer value, int other) {
        return value == null ? other : value;
    }

    private static Problem wrong(String pointer, String detail) {
        return Problem.invalid("/options" + pointer, "invalid-value", detail);
    }
}
