package io.mivaa.batch.commandline.client;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
@SuppressWarnings("InputStreamSlowMultibyteRead") // a byte is all that is asked for
class WatchedStreamTests {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void isWhatItReads() throws Exception {
        try (var stream = new WatchedStream(new ByteArrayInputStream(new byte[] {1, -1, 3}), LONG)) {
            assertThat(stream.read()).isEqualTo(1);
            assertThat(stream.read()).isEqualTo(255);
            assertThat(stream.readAllBytes()).containsExactly(3);
            assertThat(stream.read()).isEqualTo(-1);
        }
    }

    @Test
    void failsAsWhatItReadsFails() throws Exception {
        var torn = new IOException("torn");
        try (var stream = new WatchedStream(failing(torn), LONG)) {
            assertThatThrownBy(stream::read).isSameAs(torn);
        }
    }

    @Test
    void failsWhenTheRestOfABodyDoesNotCome() throws Exception {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getLocalPort()))
                    .build();
            var answer = HttpClient.newHttpClient().sendAsync(request, BodyHandlers.ofInputStream());
            try (Socket connection = server.accept()) {
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst".getBytes(US_ASCII));
                try (var stream = new WatchedStream(answer.join().body(), SHORT)) {
                    assertThat(stream.readNBytes(5)).asString(US_ASCII).isEqualTo("first");
                    assertThatThrownBy(stream::read)
                            .isInstanceOf(IOException.class)
                            .hasMessageStartingWith("nothing has come for");
                }
            }
        }
    }

    @Test
    void takesNoEndThatItMadeItselfForTheEnd() throws Exception {
        try (var stream = new WatchedStream(new EndsWhenClosed(), SHORT)) {
            assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasNoCause();
        }
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        };
    }

    private static final class EndsWhenClosed extends InputStream {
        private boolean closed;

        @Override
        public synchronized int read() {
            while (!closed) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return -1;
        }

        @Override
        public synchronized void close() {
            closed = true;
            notifyAll();
        }
    }
}
