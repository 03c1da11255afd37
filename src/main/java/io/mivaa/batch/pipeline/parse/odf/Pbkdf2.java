package io.mivaa.batch.pipeline.parse.odf;

import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import net.lingala.zip4j.crypto.PBKDF2.MacBasedPRF;
import net.lingala.zip4j.crypto.PBKDF2.PBKDF2Engine;
import net.lingala.zip4j.crypto.PBKDF2.PBKDF2Parameters;

/**
 * PBKDF2 with HMAC-SHA-1 (RFC 8018, 5.2), computed by Zip4j. The JDK's implementation takes a password of characters and
 * encodes it in UTF-8, but the password of an OpenDocument key is a digest, whose bytes are not UTF-8.
 */
final class Pbkdf2 {

    private static final String CHARSET = StandardCharsets.ISO_8859_1.name();

    private Pbkdf2() {}

    /** @throws java.util.concurrent.CancellationException when the thread is interrupted: a key can take seconds */
    static byte[] key(byte[] password, byte[] salt, int iterations, int bytes) {
        PBKDF2Parameters parameters = new PBKDF2Parameters("HmacSHA1", CHARSET, salt, iterations);
        // without UTF-8, Zip4j takes the low byte of each character, which is the byte that it was made of
        char[] characters = new String(password, StandardCharsets.ISO_8859_1).toCharArray();
        byte[] key = new PBKDF2Engine(parameters, new CancellableHmac()).deriveKey(characters, bytes, false);
        return Arrays.copyOf(key, bytes);
    }

    private static final class CancellableHmac extends MacBasedPRF {

        private static final int ITERATIONS_BETWEEN_CHECKS = 10_000;

        private long iterations;

        CancellableHmac() {
            super("HmacSHA1");
        }

        @Override
        public byte[] doFinal(byte[] bytes) {
            if (++iterations % ITERATIONS_BETWEEN_CHECKS == 0) {
                SourceBytes.checkCancelled();
            }
            return super.doFinal(bytes);
        }
    }
}
