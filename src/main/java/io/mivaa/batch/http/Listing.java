package io.mivaa.batch.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How every list is answered.
 *
 * @param nextCursor what to send as {@code cursor} for the following items, null at the end
 */
public record Listing<T>(List<T> items, @Nullable String nextCursor) {}
