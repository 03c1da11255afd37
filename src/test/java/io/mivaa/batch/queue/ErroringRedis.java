package io.mivaa.batch.queue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Speaks as much of Redis' protocol as a client needs to connect, and answers everything else with one error. For the
 * errors that a real server cannot be brought to keep up. Thread-safe.
 */
final class ErroringRedis implements AutoCloseable {

    private static final Set<String> GREETING = Set.of("CLIENT", "PING", "SELECT", "AUTH");

    private final ServerSocket server;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    private final String error;

    /** @param error without the minus before it */
    ErroringRedis(String error) {
        this.error = error;
        try {
            this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread(this::accept);
    }

    String uri() {
        return "redis://127.0.0.1:" + server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                clients.add(client);
                thread(() -> serve(client));
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private void serve(Socket client) {
        try (client) {
            var commands = new BufferedReader(new InputStreamReader(client.getInputStream(), US_ASCII));
            while (true) {
                String answer = GREETING.contains(command(commands)) ? "+OK" : "-" + error;
                client.getOutputStream().write((answer + "\r\n").getBytes(US_ASCII));
            }
        } catch (IOException e) {
            // The client has gone.
        }
    }

    /** The name of the next command; what it is about is read over. */
    private static String command(BufferedReader commands) throws IOException {
        int parts = Integer.parseInt(line(commands).substring(1));
        String name = "";
        for (int part = 0; part < parts; part++) {
            int length = Integer.parseInt(line(commands).substring(1));
            StringBuilder text = new StringBuilder();
            while (text.length() < length + 2) {
                text.append((char) commands.read());
            }
            name = part == 0 ? text.toString().trim() : name;
        }
        return name;
    }

    private static String line(BufferedReader commands) throws IOException {
        String line = commands.readLine();
        if (line == null) {
            throw new IOException("The client has gone");
        }
        return line;
    }

    private static void thread(Runnable task) {
        Thread thread = new Thread(task, "erroring-redis");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket client : clients) {
            client.close();
        }
    }
}
