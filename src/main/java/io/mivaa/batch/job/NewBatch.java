package io.mivaa.batch.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A batch on its way in, before it has an id. */
public record NewBatch(
        Workspace workspace, @Nullable String name, Priority priority, BatchOptions options, List<String> tags) {}
