package io.mivaa.batch.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTests {

    private ServerSocket echo;
    private TcpProxy proxy;

    @BeforeEach
    void startEchoBehindTheProxy() throws IOException {
        echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = new TcpProxy(echo.getLocalPort());
        new Thread(this::serve, "echo").start();
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    @Test
    void passesBytesBothWays() throws IOException {
        try (Socket client = connect()) {
            assertThat(echoed(client, 7)).isEqualTo(7);
        }
    }

    @Test
    void holdsBytesBackWhileItIsABlackHoleAndLetsThemGoOnAfterwards() throws IOException {
        try (Socket client = connect()) {
            assertThat(echoed(client, 1)).isEqualTo(1);

            proxy.blackhole();
            client.setSoTimeout(150);
            assertThatThrownBy(() -> echoed(client, 2)).isInstanceOf(SocketTimeoutException.class);

            proxy.pass();
            client.setSoTimeout(5_000);
            assertThat(client.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void letsBytesThroughLate() throws IOException {
        try (Socket client = connect()) {
            proxy.delay(Duration.ofMillis(100));
            long sent = System.nanoTime();

            assertThat(echoed(client, 3)).isEqualTo(3);

            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        }
    }

    @Test
    void breaksConnectionsAndTakesNewOnes() throws IOException {
        try (Socket client = connect()) {
            assertThat(echoed(client, 4)).isEqualTo(4);

            proxy.reset();

            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            if (echoed(client, 5) < 0) {
                                throw new IOException("closed");
                            }
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        try (Socket client = connect()) {
            assertThat(echoed(client, 6)).isEqualTo(6);
        }
    }

    @Test
    void breaksConnectionsAlsoWhileItHoldsThemBack() throws IOException {
        try (Socket client = connect()) {
            assertThat(echoed(client, 1)).isEqualTo(1);
            proxy.blackhole();

            proxy.close();

            assertThatThrownBy(() -> {
                        if (echoed(client, 2) < 0) {
                            throw new IOException("closed");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(5_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private static int echoed(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }

    private void serve() {
        while (!echo.isClosed()) {
            try {
                Socket client = echo.accept();
                new Thread(() -> answer(client), "echo-link").start();
            } catch (IOException e) {
                // Closed: the condition of the loop finds it.
            }
        }
    }

    private static void answer(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            client.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // The proxy broke it.
        }
    }
}
