package io.mivaa.batch.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where a list goes on: opaque to the caller and safe in a URL. */
public final class Cursor {

    /** What {@code limit} is without one, and at most. */
    public static final int DEFAULT_LIMIT = 50;

    public static final int MAX_LIMIT = 200;

    private Cursor() {}

    public static @Nullable String encode(@Nullable Object position) {
        return position == null
                ? null
                : Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(position.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** @throws Problem 400 with code {@code invalid-cursor} for anything that {@link #encode} has not made */
    public static <T> @Nullable T decode(@Nullable String cursor, Function<String, T> position) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        try {
            return position.apply(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cursor", "invalid-cursor", "The cursor is not one that was given out here.");
        }
    }

    /** Between 1 and {@link #MAX_LIMIT}; a larger limit is cut, a smaller one refused. */
    public static int limit(@Nullable Integer limit) {
        if (limit == null) {
            return DEFAULT_LIMIT;
        }
        if (limit < 1) {
            throw Problem.invalid("limit", "invalid-value", "The limit must be at least 1.");
        }
        return Math.min(limit, MAX_LIMIT);
    }
}
