package io.mivaa.batch.pipeline.parse.odf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class Pbkdf2Tests {

    @Test
    void derivesTheKeysOfRfc6070() {
        assertThat(key("password", "salt", 1, 20)).isEqualTo("0c60c80f961f0e71f3a9b524af6012062fe037a6");
        assertThat(key("password", "salt", 4096, 20)).isEqualTo("4b007901b765489abead49d926f721d065a429c1");
        assertThat(key("passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, 25))
                .isEqualTo("3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038");
        assertThat(key("pass\0word", "sa\0lt", 4096, 16)).isEqualTo("56fa6aa75548099dcc37d7f03425e0c3");
    }

    @Test
    void takesPasswordsWhoseBytesAreNotUtf8() {
        byte[] digest = {(byte) 0x80, (byte) 0xFF, (byte) 0xC3, 0x28, 0};

        byte[] key = Pbkdf2.key(digest, "salt".getBytes(StandardCharsets.UTF_8), 1000, 32);

        assertThat(HexFormat.of().formatHex(key))
                .isEqualTo("708fe72cff7d95470c6a91d1da30a80331867200fbd7530f374fef9ed2cf1d6a");
    }

    @Test
    void stopsWhenTheThreadIsInterrupted() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> Pbkdf2.key(new byte[20], new byte[16], 2_000_000, 32))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isFalse();
    }

    private static String key(String password, String salt, int iterations, int bytes) {
        byte[] key = Pbkdf2.key(
                password.getBytes(StandardCharsets.UTF_8), salt.getBytes(StandardCharsets.UTF_8), iterations, bytes);
        return HexFormat.of().formatHex(key);
    }
}
