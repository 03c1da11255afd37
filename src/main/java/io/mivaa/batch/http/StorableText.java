package io.mivaa.batch.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a text from a request can be stored. JSON can express U+0000 and unpaired surrogates; PostgreSQL accepts
 * neither.
 */
public final class StorableText {

    private StorableText() {}

    /**
     * @param pointer to the text in the request
     * @return the text unchanged
     * @throws Problem 400 when it cannot be stored
     */
    public static @Nullable String check(@Nullable String text, String pointer) {
        if (text != null && !isStorable(text)) {
            throw Problem.invalid(pointer, "invalid-value", "This is not valid Unicode text.");
        }
        return text;
    }

    public static boolean isStorable(String text) {
        return text.indexOf(0) < 0 && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
