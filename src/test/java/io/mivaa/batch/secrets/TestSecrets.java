package io.mivaa.batch.secrets;

import java.util.Arrays;
import java.util.Base64;

/** Keys for tests, and secrets that are sealed with them. */
public final class TestSecrets {

    private TestSecrets() {}

    /** Another key for each number. */
    public static String key(int number) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) number);
        return Base64.getEncoder().encodeToString(key);
    }

    /** With these keys, without any when none is named. */
    public static Secrets secrets(String... keys) {
        return new Secrets(Arrays.stream(keys).map(SealingKey::of).toList());
    }
}
