package io.mivaa.batch.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key for AES-256-GCM as in NIST SP 800-38D, with a random nonce of 96 bits and a tag of 128 bits. Random nonces are
 * safe for 2^32 secrets under one key (section 8.3). Thread-safe.
 */
final class SealingKey {

    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    /** The first byte of a sealed secret: the version of its format. */
    private static final byte FORM = 1;

    private static final int HEAD_BYTES = 1 + NONCE_BYTES;

    private static final SecureRandom random = new SecureRandom();

    private final SecretKey cipherKey;
    private final SecretKey markKey;

    private SealingKey(byte[] key) {
        this.cipherKey = new SecretKeySpec(key, "AES");
        // A key is used for one algorithm only.
        this.markKey = hmacKey(hmac(hmacKey(key), "mivaa-batch mark of a secret"));
    }

    /** @throws IllegalArgumentException when it is not base64 of 32 bytes; the message does not quote it */
    static SealingKey of(String base64) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64.strip());
        } catch (IllegalArgumentException notBase64) {
            throw new IllegalArgumentException("is not base64");
        }
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("has " + key.length + " bytes instead of " + KEY_BYTES);
        }
        return new SealingKey(key);
    }

    /** @param owner the only owner for whom it can be opened */
    String seal(String clear, String owner) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] hidden =
                crypt(Cipher.ENCRYPT_MODE, nonce, clear.getBytes(UTF_8), owner).orElseThrow();
        byte[] sealed = new byte[HEAD_BYTES + hidden.length];
        sealed[0] = FORM;
        System.arraycopy(nonce, 0, sealed, 1, NONCE_BYTES);
        System.arraycopy(hidden, 0, sealed, HEAD_BYTES, hidden.length);
        return Base64.getEncoder().encodeToString(sealed);
    }

    /** @return empty when it was not sealed with this key for this owner, or has been changed */
    Optional<String> open(String text, String owner) {
        byte[] sealed;
        try {
            sealed = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
        if (sealed.length < HEAD_BYTES + TAG_BITS / 8 || sealed[0] != FORM) {
            return Optional.empty();
        }
        byte[] nonce = Arrays.copyOfRange(sealed, 1, HEAD_BYTES);
        byte[] hidden = Arrays.copyOfRange(sealed, HEAD_BYTES, sealed.length);
        return crypt(Cipher.DECRYPT_MODE, nonce, hidden, owner).map(clear -> new String(clear, UTF_8));
    }

    /** An HMAC-SHA256: the same for the same secret, and useless for guessing it without the key. */
    String mark(String clear) {
        return HexFormat.of().formatHex(hmac(markKey, clear));
    }

    private Optional<byte[]> crypt(int mode, byte[] nonce, byte[] bytes, String owner) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, cipherKey, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(owner.getBytes(UTF_8));
            return Optional.of(cipher.doFinal(bytes));
        } catch (AEADBadTagException notOurs) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has AES-GCM", e);
        }
    }

    private static byte[] hmac(SecretKey key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(text.getBytes(UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HMAC-SHA256", e);
        }
    }

    private static SecretKey hmacKey(byte[] key) {
        return new SecretKeySpec(key, "HmacSHA256");
    }
}
