package io.mivaa.batch.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list, in the same form for all lists.
 *
 * @param nextCursor the {@code cursor} of the next page, null on the last one
 */
public record Listing<T>(List<T> items, @Nullable String nextCursor) {}
