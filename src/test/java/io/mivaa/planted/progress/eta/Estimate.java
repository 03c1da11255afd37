package io.mivaa.planted.progress.eta;

import io.mivaa.planted.progress.feed.Feed;

/** One half of a cycle. */
public record Estimate(Feed feed) {}
