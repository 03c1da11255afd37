package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.parse.source.DecodedText;
import io.mivaa.batch.pipeline.parse.source.WideText;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Decides whether the beginning of a file is text. */
final class TextHead {

    private static final int ESCAPE = 0x1B;
    private static final int END_OF_FILE = 0x1A;

    private TextHead() {}

    /** The decoded text, null when the bytes are not text. */
    static @Nullable String of(byte[] head) {
        Charset marked = DecodedText.byteOrderMark(head);
        Charset wide = marked != null ? marked : WideText.byZeroBytes(head);
        if (wide != null) {
            DecodedText decoded = DecodedText.of(head);
            return decoded.replaced() <= 1 + decoded.text().length() / 100 && !hasControls(decoded.text())
                    ? decoded.text()
                    : null;
        }
        String text = narrow(head);
        if (text != null) {
            return text;
        }
        return WideText.byCodePoints(head) == null ? null : DecodedText.of(head).text();
    }

    private static @Nullable String narrow(byte[] head) {
        for (byte b : head) {
            if (b == 0) {
                return null;
            }
        }
        DecodedText utf8 = DecodedText.decode(head, 0, StandardCharsets.UTF_8);
        // The head may be cut off within a character.
        boolean valid = utf8.replaced() == 0 || (utf8.replaced() == 1 && head.length >= Formats.HEAD_BYTES);
        String text = valid ? utf8.text() : DecodedText.of(head).text();
        return hasControls(text) ? null : text;
    }

    /** Text has hardly any control characters; compressed and machine data has many. */
    private static boolean hasControls(String text) {
        int controls = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean control = c < ' ' && !Character.isWhitespace(c) && c != ESCAPE && c != END_OF_FILE && c != '\b';
            controls += control ? 1 : 0;
        }
        return controls > text.length() / 200;
    }
}
