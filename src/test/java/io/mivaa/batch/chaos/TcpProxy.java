package io.mivaa.batch.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Stands between the service and a server on this machine, and lets through as much as it is told: everything,
 * everything late, or nothing. What was held back while it let nothing through goes on when it does again, as after a
 * broken route was mended; {@link #reset} breaks all connections instead. Thread-safe.
 */
final class TcpProxy implements AutoCloseable {

    private static final int BUFFER = 16 * 1024;

    private final int target;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean holding;
    private boolean closed;
    private volatile Duration latency = Duration.ZERO;

    /** @param target port on this machine */
    TcpProxy(int target) {
        this.target = target;
        try {
            this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("proxy-" + port(), this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Lets everything through at once. */
    void pass() {
        latency = Duration.ZERO;
        hold(false);
    }

    /** Lets nothing through, and tells nobody; connections are accepted and stay silent. */
    void blackhole() {
        hold(true);
    }

    /** Lets everything through late, each piece by this much. */
    void delay(Duration by) {
        latency = by;
        hold(false);
    }

    /** Breaks every connection; new ones are as before. */
    void reset() {
        sockets.forEach(TcpProxy::breakOff);
    }

    /** Breaks every connection and takes no more. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        reset();
    }

    private void hold(boolean hold) {
        lock.lock();
        try {
            holding = hold;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                start("proxy-" + port() + "-link", () -> link(client));
            } catch (IOException e) {
                // Closed, which the condition of the loop finds, or a client that has gone already.
            }
        }
    }

    private void link(Socket client) {
        var upstream = new Socket();
        sockets.add(upstream);
        try {
            awaitPassage();
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), 2_000);
            start("proxy-" + port() + "-back", () -> pump(upstream, client));
            pump(client, upstream);
        } catch (IOException e) {
            // The server is not there: the client finds a broken connection, as it would without us.
            drop(upstream);
            drop(client);
        }
    }

    private void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                pause();
                awaitPassage();
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // Either side has gone, or we broke it off.
        } finally {
            drop(from);
            drop(to);
        }
    }

    private void awaitPassage() throws IOException {
        lock.lock();
        try {
            while (holding && !closed) {
                changed.awaitUninterruptibly();
            }
            if (closed) {
                throw new IOException("closed");
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        try {
            TimeUnit.NANOSECONDS.sleep(latency.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nothing follows: both sides are told at once. A side that was frozen finds a reset when it wakes. */
    private void drop(Socket socket) {
        sockets.remove(socket);
        breakOff(socket);
    }

    private static void breakOff(Socket socket) {
        try {
            if (!socket.isClosed()) {
                socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                socket.close();
            }
        } catch (IOException e) {
            // It was broken before.
        }
    }

    private static void start(String name, Runnable task) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
