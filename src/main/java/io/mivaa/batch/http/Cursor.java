package io.mivaa.batch.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The position where the next page of a list starts: opaque to the caller and safe in a URL. */
public final class Cursor {

    /** The page size of a request without {@code limit}. */
    private static final int DEFAULT_LIMIT = 50;

    /** The largest page size. */
    private static final int MAX_LIMIT = 200;

    private Cursor() {}

    /** @return null at the end of the list */
    public static @Nullable String encode(@Nullable Object position) {
        return position == null
                ? null
                : Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(position.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** @throws Problem 400 with code {@code invalid-cursor} for any other text than a result of {@link #encode} */
    public static <T> @Nullable T decode(@Nullable String cursor, Function<String, T> position) {
        if (cursor == null || cursor.isEmpty()) {
            return null;
        }
        try {
            return position.apply(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw Problem.invalid(
                    "cursor", "invalid-cursor", "The cursor is not valid; use the nextCursor of an earlier response.");
        }
    }

    /**
     * @return the page size; a limit above 200 is reduced to it
     * @throws Problem 400 for a limit below 1
     */
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
