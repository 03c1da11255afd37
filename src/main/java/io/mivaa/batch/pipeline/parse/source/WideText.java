package io.mivaa.batch.pipeline.parse.source;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Recognises UTF-16 and UTF-32 that lack a byte order mark. */
public final class WideText {

    private static final int LOOKED_AT = 64 * 1024;

    private WideText() {}

    /**
     * Recognises Latin text: nearly all of its units have zero bytes at the same places.
     *
     * @return null when the text is not recognised
     */
    public static @Nullable Charset byZeroBytes(byte[] bytes) {
        if (isNarrow(bytes)) {
            return null;
        }
        int length = Math.min(bytes.length, LOOKED_AT) & ~3;
        int[] zeros = new int[4];
        for (int i = 0; i < length; i++) {
            zeros[i & 3] += bytes[i] == 0 ? 1 : 0;
        }
        int units = length / 4;
        if (units >= 2 && zeros[0] == units && zeros[1] > units / 2 && zeros[3] == 0) {
            return plausible(bytes, Charset.forName("UTF-32BE"));
        }
        if (units >= 2 && zeros[3] == units && zeros[2] > units / 2 && zeros[0] == 0) {
            return plausible(bytes, Charset.forName("UTF-32LE"));
        }
        int even = zeros[0] + zeros[2];
        int odd = zeros[1] + zeros[3];
        if (bytes.length < 4 || (even == 0) == (odd == 0)) {
            return even + odd == 0 ? null : mixed(bytes, even, odd, units);
        }
        return plausible(bytes, odd > 0 ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE);
    }

    /** Whether a character is one byte: nearly all bytes are ASCII, with at most a few stray zeros. */
    private static boolean isNarrow(byte[] bytes) {
        int length = Math.min(bytes.length, LOOKED_AT);
        int zeros = 0;
        int ascii = 0;
        for (int i = 0; i < length; i++) {
            zeros += bytes[i] == 0 ? 1 : 0;
            ascii += bytes[i] >= ' ' || (bytes[i] >= '\t' && bytes[i] <= '\r') ? 1 : 0;
        }
        return zeros * 4 < length && ascii * 10 >= (length - zeros) * 9;
    }

    private static @Nullable Charset mixed(byte[] bytes, int even, int odd, int units) {
        if (Math.max(even, odd) < units / 4 || Math.max(even, odd) < 20 * Math.min(even, odd)) {
            return null;
        }
        return plausible(bytes, odd > even ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE);
    }

    /**
     * Recognises UTF-16 in other scripts, which has zero bytes in spaces and line ends only. These show the byte order.
     *
     * @return null when the text is not recognised
     */
    public static @Nullable Charset byCodePoints(byte[] bytes) {
        if (bytes.length < 8 || isNarrow(bytes)) {
            return null;
        }
        Charset little = plausible(bytes, StandardCharsets.UTF_16LE);
        Charset big = plausible(bytes, StandardCharsets.UTF_16BE);
        return little != null && big != null ? null : little != null ? little : big;
    }

    private static @Nullable Charset plausible(byte[] bytes, Charset charset) {
        int length = Math.min(bytes.length, LOOKED_AT) & ~3;
        String text = new String(bytes, 0, length, charset);
        int strange = 0;
        int common = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int c = text.codePointAt(i);
            strange += isStrange(c) ? 1 : 0;
            common += isCommon(c) ? 1 : 0;
        }
        return strange * 100 <= text.length() && common * 100 >= text.length() ? charset : null;
    }

    private static boolean isStrange(int c) {
        int type = Character.getType(c);
        return c == 0xFFFD
                || type == Character.UNASSIGNED
                || type == Character.PRIVATE_USE
                || type == Character.SURROGATE
                || (Character.isISOControl(c) && !Character.isWhitespace(c));
    }

    private static boolean isCommon(int c) {
        return c == ' ' || c == '\n' || c == '\r' || (c >= 0x3000 && c <= 0x3002) || c == 0xFF0C || (c > 32 && c < 127);
    }
}
