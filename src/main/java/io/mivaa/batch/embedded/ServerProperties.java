package io.mivaa.batch.embedded;

import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;

/** The port and the password of one server, kept in {@code server.properties} in its folder. Used by one thread. */
final class ServerProperties {

    /**
     * The range lies below the ports that systems assign to outgoing connections. Otherwise a client that reconnects while
     * the server is down could be assigned the server's own port, and connect to itself.
     */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 32_000;

    private static final int PASSWORD_BYTES = 24;

    private final Path file;
    private final Properties properties;

    private ServerProperties(Path file, Properties properties) {
        this.file = file;
        this.properties = properties;
    }

    static ServerProperties in(Path folder) throws IOException {
        Path file = folder.resolve("server.properties");
        var properties = new Properties();
        if (Files.exists(file)) {
            try (var reader = Files.newBufferedReader(file)) {
                properties.load(reader);
            }
        }
        return new ServerProperties(file, properties);
    }

    /** The port of the last start if it is free; otherwise another free one, which is saved. */
    int port() throws IOException {
        String last = properties.getProperty("port");
        if (last != null && isFree(Integer.parseInt(last))) {
            return Integer.parseInt(last);
        }
        int port = ThreadLocalRandom.current()
                .ints(FIRST_PORT, LAST_PORT)
                .filter(ServerProperties::isFree)
                .findFirst()
                .orElseThrow();
        save("port", Integer.toString(port));
        return port;
    }

    /** A random password, created once. It is needed because all users of the machine share the loopback interface. */
    String password() throws IOException {
        String password = properties.getProperty("password");
        if (password == null) {
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            password = HexFormat.of().formatHex(random);
            save("password", password);
        }
        return password;
    }

    private void save(String key, String value) throws IOException {
        properties.setProperty(key, value);
        var text = new StringWriter();
        properties.store(text, "Written by the service. The password protects the server from other users.");
        PrivateFiles.write(file, text.toString());
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
