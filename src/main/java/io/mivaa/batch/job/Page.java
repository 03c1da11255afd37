package io.mivaa.batch.job;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param next where the following part starts, null at the end
 */
public record Page<T, C>(List<T> items, @Nullable C next) {

    /**
     * Of a list that was read one longer than asked for.
     *
     * @param cursor of the last item that is given out
     */
    public static <T, C> Page<T, C> of(List<T> items, int limit, java.util.function.Function<T, C> cursor) {
        return items.size() <= limit
                ? new Page<>(items, null)
                : new Page<>(items.subList(0, limit), cursor.apply(items.get(limit - 1)));
    }
}
