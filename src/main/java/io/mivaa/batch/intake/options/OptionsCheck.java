package io.mivaa.batch.intake.options;

import static io.mivaa.batch.intake.options.Options.invalid;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.webhook.Webhooks;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks the options of a request and fills in the defaults. Thread-safe. */
@Component
public class OptionsCheck {

    private static final int MAX_TAGS = 20;
    private static final int MAX_AFTER = 20;
    private static final int MAX_IN_FLIGHT = 10_000;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private final Pipeline pipeline;
    private final Webhooks webhooks;
    private final IntakeSettings settings;

    OptionsCheck(Pipeline pipeline, Webhooks webhooks, IntakeSettings settings) {
        this.pipeline = pipeline;
        this.webhooks = webhooks;
        this.settings = settings;
    }

    /**
     * @return the batch that a request with these options describes, without its documents
     * @throws Problem 400 with a pointer to the first invalid option
     */
    public NewBatch check(Workspace workspace, Options options) {
        String name = name(options);
        options.rejectInvalid();
        NewBatch batch = new NewBatch(
                workspace,
                name,
                priority(options),
                batchOptions(options),
                tags(options),
                new NewBatch.Start(scheduledAt(options), predecessors(options)));
        String url = options.webhookUrl();
        if (url != null) {
            webhooks.check("/options/webhookUrl", url);
        }
        return batch;
    }

    private static @Nullable String name(Options options) {
        String name = options.name();
        if (name != null && name.length() > Options.MAX_NAME) {
            throw invalid("/name", "The name of a batch must have at most " + Options.MAX_NAME + " characters.");
        }
        return StorableText.check(name, "/options/name");
    }

    private static Priority priority(Options options) {
        String priority = options.priority();
        return priority == null ? Priority.NORMAL : Options.priority("/options/priority", priority);
    }

    private BatchOptions batchOptions(Options options) {
        int attempts = attempts(options);
        PipelineChoice chosen = PipelineChoice.of(options, pipeline);
        return new BatchOptions(
                chosen.chunking(), chosen.embedding(), attempts, maxInFlight(options), options.webhookUrl());
    }

    private int attempts(Options options) {
        Integer attempts = options.maxAttempts();
        if (attempts == null) {
            return settings.defaultAttempts();
        }
        if (attempts < 1 || attempts > settings.maxAttempts()) {
            throw invalid("/maxAttempts", "maxAttempts must be between 1 and " + settings.maxAttempts() + ".");
        }
        return attempts;
    }

    private static @Nullable Integer maxInFlight(Options options) {
        Integer bound = options.maxInFlight();
        if (bound != null && (bound < 1 || bound > MAX_IN_FLIGHT)) {
            throw invalid("/maxInFlight", "maxInFlight must be between 1 and " + MAX_IN_FLIGHT + ".");
        }
        return bound;
    }

    private static List<String> tags(Options options) {
        List<String> tags = options.tags();
        if (tags == null) {
            return List.of();
        }
        if (tags.size() > MAX_TAGS || !tags.stream().allMatch(OptionsCheck::isTag)) {
            throw invalid(
                    "/tags",
                    "A batch may have at most " + MAX_TAGS + " tags, each of 1 to " + Options.MAX_TAG + " characters.");
        }
        tags.forEach(tag -> StorableText.check(tag, "/options/tags"));
        return tags.stream().distinct().toList();
    }

    private static boolean isTag(@Nullable String tag) {
        return tag != null && !tag.isBlank() && tag.length() <= Options.MAX_TAG;
    }

    private static @Nullable Instant scheduledAt(Options options) {
        if (options.scheduledAt() == null) {
            return null;
        }
        Instant instant;
        try {
            instant = OffsetDateTime.parse(options.scheduledAt()).toInstant();
        } catch (DateTimeParseException e) {
            throw invalid("/scheduledAt", "scheduledAt must be a time such as 2026-12-01T08:00:00Z.");
        }
        if (instant.isAfter(LATEST)) {
            throw invalid("/scheduledAt", "scheduledAt must not be after the year 9999.");
        }
        return instant;
    }

    private static List<BatchId> predecessors(Options options) {
        List<String> after = options.after() == null ? List.of() : options.after();
        if (after.size() > MAX_AFTER) {
            throw invalid("/after", "A batch can wait for at most " + MAX_AFTER + " other batches.");
        }
        List<BatchId> predecessors = new ArrayList<>();
        for (int i = 0; i < after.size(); i++) {
            try {
                predecessors.add(new BatchId(UUID.fromString(Objects.toString(after.get(i)))));
            } catch (IllegalArgumentException e) {
                throw invalid("/after/" + i, "after must contain ids of batches.");
            }
        }
        return predecessors.stream().distinct().toList();
    }
}
