package io.mivaa.batch.webhook;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs deliveries with a symmetric secret, according to the Standard Webhooks specification 1.0.0. Thread-safe. */
final class Signatures {

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_BYTES = 24;
    private static final int MAX_BYTES = 64;

    private final List<SecretKeySpec> keys;

    /**
     * @param secrets blank ones are ignored
     * @throws UnusableWebhookSettings when one is not a valid secret; the message does not quote it
     */
    Signatures(List<String> secrets) {
        this.keys = secrets.stream()
                .map(String::strip)
                .filter(secret -> !secret.isEmpty())
                .map(Signatures::key)
                .toList();
    }

    boolean isPossible() {
        return !keys.isEmpty();
    }

    /** Returns the header {@code webhook-signature}: one signature for each secret. */
    String of(String id, long epochSecond, String body) {
        byte[] signed = (id + "." + epochSecond + "." + body).getBytes(StandardCharsets.UTF_8);
        return keys.stream()
                .map(key -> "v1," + Base64.getEncoder().encodeToString(mac(key, signed)))
                .collect(Collectors.joining(" "));
    }

    private static byte[] mac(SecretKeySpec key, byte[] signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac.doFinal(signed);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    private static SecretKeySpec key(String secret) {
        if (!secret.startsWith(PREFIX)) {
            throw new UnusableWebhookSettings("A secret in mivaa.webhooks.secret does not begin with " + PREFIX + ".");
        }
        try {
            byte[] key = Base64.getDecoder().decode(secret.substring(PREFIX.length()));
            if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
                throw new UnusableWebhookSettings("A secret in mivaa.webhooks.secret has " + key.length + " bytes.");
            }
            return new SecretKeySpec(key, ALGORITHM);
        } catch (UnusableWebhookSettings e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new UnusableWebhookSettings("A secret in mivaa.webhooks.secret is not valid base64.");
        }
    }
}
