package io.mivaa.batch.pipeline.parse.source;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.mozilla.universalchardet.UniversalDetector;

/**
 * Guesses the encoding of text that is neither UTF-8 nor UTF-16, by the statistics of juniversalchardet (after Li and
 * Momoi, "A composite approach to language/encoding detection", 2001), with windows-1252 as the default.
 */
final class CharsetGuess {

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final int GUESSED_BYTES = 256 * 1024;

    private CharsetGuess() {}

    static Charset of(byte[] bytes) {
        Charset guess = detected(bytes);
        if (guess != null && guess.name().equalsIgnoreCase("x-MacCyrillic")) {
            // its letter frequencies are nearly those of windows-1251, which is far more common
            return Charset.forName("windows-1251");
        }
        if (guess == null || guess.equals(StandardCharsets.US_ASCII) || isLatin(bytes)) {
            return WINDOWS_1252;
        }
        return guess;
    }

    private static @Nullable Charset detected(byte[] bytes) {
        UniversalDetector detector = new UniversalDetector();
        detector.handleData(bytes, 0, Math.min(bytes.length, GUESSED_BYTES));
        detector.dataEnd();
        return DecodedText.named(detector.getDetectedCharset());
    }

    /** Whether the text has a few accented letters within words of ASCII letters: too few for statistics. */
    private static boolean isLatin(byte[] bytes) {
        int length = Math.min(bytes.length, GUESSED_BYTES);
        int high = 0;
        int letters = 0;
        int runs = 0;
        int within = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] >= 0) {
                continue;
            }
            int start = i;
            while (i < length && bytes[i] < 0) {
                high++;
                letters += (bytes[i] & 0xFF) >= 0xC0 ? 1 : 0;
                i++;
            }
            boolean beside = isAsciiLetter(bytes, start - 1) || isAsciiLetter(bytes, i);
            runs++;
            within += i - start <= 2 && beside ? 1 : 0;
        }
        return runs > 0 && letters * 10 >= high * 9 && within * 10 >= runs * 8;
    }

    private static boolean isAsciiLetter(byte[] bytes, int at) {
        return at >= 0 && at < bytes.length && Character.isLetter(bytes[at]) && bytes[at] > 0;
    }
}
