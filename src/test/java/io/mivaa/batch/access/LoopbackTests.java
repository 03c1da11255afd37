package io.mivaa.batch.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8080",
                "app.localhost:3000",
                "127.0.0.1",
                "127.0.0.1:8080",
                "127.255.1.9",
                "[::1]",
                "[::1]:8080",
                "[0:0:0:0:0:0:0:1]:8080"
            })
    void knowsThisMachine(String host) {
        assertThat(Loopback.isHost(host)).isTrue();
        assertThat(Loopback.isOrigin("http://" + host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "localhost.example.com",
                "notlocalhost",
                "127.0.0.1.example.com",
                "127.0.0.256",
                "127.1",
                "128.0.0.1",
                "0.0.0.0",
                "192.168.1.4:8080",
                "[::2]",
                "[::]",
                "localhost@example.com",
                "localhost:80:80",
                "localhost/x",
                "::1",
                ""
            })
    void knowsOtherMachines(String host) {
        assertThat(Loopback.isHost(host)).isFalse();
        assertThat(Loopback.isOrigin("http://" + host)).as("as an origin").isEqualTo(host.equals("localhost/x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "", "file://", "http://", "localhost", "https://evil.example", "http://[bad"})
    void anOriginWithoutAHostOfOursIsNobodys(String origin) {
        assertThat(Loopback.isOrigin(origin)).isFalse();
    }
}
