package io.mivaa.planted.worker;

import io.github.resilience4j.retry.Retry;

/** Harmless: this is where retries are known. */
public record Retrying(Retry retry) {}
