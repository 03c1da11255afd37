package io.mivaa.planted.results;

import io.github.resilience4j.retry.Retry;

/** Tries again by itself. */
record RetryingStore(Retry retry) {}
