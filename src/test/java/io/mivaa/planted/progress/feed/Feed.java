package io.mivaa.planted.progress.feed;

import io.mivaa.planted.progress.eta.Estimate;
import org.jspecify.annotations.Nullable;

/** The other half. */
public record Feed(@Nullable Estimate estimate) {}
