package io.mivaa.batch.pipeline.parse.source;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Text decoded from bytes of any encoding. These are tried in order: a byte order mark, the declared encoding, UTF-16 and
 * UTF-32 by their zero bytes, strict UTF-8, UTF-16 by its code points, and a statistical guess ({@link CharsetGuess}).
 * Decoding never fails.
 *
 * @param text without the byte order mark, otherwise as decoded
 * @param replaced the number of malformed places that became U+FFFD
 */
public record DecodedText(String text, Charset charset, int replaced) {

    private static final Charset UTF_32BE = Charset.forName("UTF-32BE");
    private static final Charset UTF_32LE = Charset.forName("UTF-32LE");

    /** Decodes all bytes. */
    public static DecodedText of(byte[] bytes) {
        return of(bytes, null);
    }

    /** @param declared the encoding that the document declares; a byte order mark takes precedence */
    public static DecodedText of(byte[] bytes, @Nullable Charset declared) {
        Charset marked = byteOrderMark(bytes);
        if (marked != null) {
            return decode(bytes, marked.equals(StandardCharsets.UTF_8) ? 3 : widthOf(marked), marked);
        }
        if (declared != null) {
            return decode(bytes, 0, declared);
        }
        Charset wide = WideText.byZeroBytes(bytes);
        return wide != null ? decode(bytes, 0, wide) : ofBytes(bytes);
    }

    private static DecodedText ofBytes(byte[] bytes) {
        DecodedText utf8 = decode(bytes, 0, StandardCharsets.UTF_8);
        if (utf8.replaced == 0) {
            return utf8;
        }
        Charset wide = WideText.byCodePoints(bytes);
        if (wide != null) {
            return decode(bytes, 0, wide);
        }
        // one bad byte must not turn a UTF-8 text into mojibake
        if (utf8.multiByteCharacters() >= 10L * utf8.replaced) {
            return utf8;
        }
        Charset guess = CharsetGuess.of(bytes);
        return guess.equals(StandardCharsets.UTF_8) ? utf8 : decode(bytes, 0, guess);
    }

    private long multiByteCharacters() {
        return text.chars().filter(c -> c >= 0x80 && c != 0xFFFD).count();
    }

    /** The encoding of the byte order mark, null when there is none. */
    public static @Nullable Charset byteOrderMark(byte[] b) {
        if (startsWith(b, 0xEF, 0xBB, 0xBF)) {
            return StandardCharsets.UTF_8;
        }
        if (startsWith(b, 0xFF, 0xFE, 0, 0) && b.length % 4 == 0) {
            return UTF_32LE;
        }
        if (startsWith(b, 0, 0, 0xFE, 0xFF)) {
            return UTF_32BE;
        }
        if (startsWith(b, 0xFF, 0xFE)) {
            return StandardCharsets.UTF_16LE;
        }
        return startsWith(b, 0xFE, 0xFF) ? StandardCharsets.UTF_16BE : null;
    }

    private static boolean startsWith(byte[] bytes, int... head) {
        if (bytes.length < head.length) {
            return false;
        }
        for (int i = 0; i < head.length; i++) {
            if ((bytes[i] & 0xFF) != head[i]) {
                return false;
            }
        }
        return true;
    }

    private static int widthOf(Charset wide) {
        return wide.name().startsWith("UTF-32") ? 4 : 2;
    }

    /** The charset of that name, null when this platform does not have it. */
    public static @Nullable Charset named(@Nullable String name) {
        try {
            return name == null ? null : Charset.forName(name.strip());
        } catch (IllegalArgumentException unknown) {
            return null;
        }
    }

    /** Decodes the bytes from an index on, and replaces each malformed place with U+FFFD. */
    public static DecodedText decode(byte[] bytes, int from, Charset charset) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, from, bytes.length - from);
        CharBuffer out = CharBuffer.allocate(8192);
        StringBuilder text = new StringBuilder(bytes.length - from);
        int replaced = 0;
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            drain(out, text);
            if (result.isError()) {
                text.append('\uFFFD');
                replaced++;
                in.position(in.position() + result.length());
            } else if (result.isUnderflow()) {
                break;
            }
        }
        decoder.flush(out);
        drain(out, text);
        return new DecodedText(text.toString(), charset, replaced);
    }

    private static void drain(CharBuffer out, StringBuilder text) {
        out.flip();
        text.append(out);
        out.clear();
    }
}
