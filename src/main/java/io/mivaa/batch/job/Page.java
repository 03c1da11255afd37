package io.mivaa.batch.job;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param next the cursor of the next page, null on the last one
 */
public record Page<T, C>(List<T> items, @Nullable C next) {

    /**
     * Makes a page of a list that was read with one item more than the limit.
     *
     * @param cursor returns the cursor of the last item on the page
     */
    public static <T, C> Page<T, C> of(List<T> items, int limit, Function<T, C> cursor) {
        return items.size() <= limit
                ? new Page<>(items, null)
                : new Page<>(items.subList(0, limit), cursor.apply(items.get(limit - 1)));
    }
}
