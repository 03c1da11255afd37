package io.mivaa.batch.commandline.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A {@code multipart/form-data} body after RFC 7578. Files are read while they are sent. Not thread-safe. */
public final class MultipartBody {

    private final String boundary = "mivaa-" + UUID.randomUUID();
    private final List<BodyPublisher> pieces = new ArrayList<>();

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    public void addJson(String name, byte[] json) {
        add("name=\"" + name + "\"", "application/json", BodyPublishers.ofByteArray(json));
    }

    /**
     * Without a type: the content says it better.
     *
     * @throws IOException when it cannot be opened
     */
    public void addFile(String name, String filename, Path file) throws IOException {
        if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
            throw new FileNotFoundException(file.toString());
        }
        long bytes = Files.size(file);
        // That of the JDK for files goes by their names as text, and so finds none that the locale cannot write.
        add(
                named(name, filename),
                "",
                bytes == 0
                        ? BodyPublishers.noBody()
                        : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> opened(file)), bytes));
    }

    /** @return null, which becomes a failure of the request, when it cannot be opened any more */
    private static @Nullable InputStream opened(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            return null;
        }
    }

    /** Its length is known, and read anew from the files for each request. */
    public BodyPublisher publisher() {
        var all = new ArrayList<>(pieces);
        all.add(bytes("--" + boundary + "--\r\n"));
        return BodyPublishers.concat(all.toArray(BodyPublisher[]::new));
    }

    private void add(String disposition, String contentType, BodyPublisher content) {
        pieces.add(bytes("--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n"
                + (contentType.isEmpty() ? "" : "Content-Type: " + contentType + "\r\n") + "\r\n"));
        pieces.add(content);
        pieces.add(bytes("\r\n"));
    }

    private static BodyPublisher bytes(String text) {
        return BodyPublishers.ofByteArray(text.getBytes(UTF_8));
    }

    private static String named(String name, String filename) {
        return "name=\"" + name + "\"; filename=\"" + quoted(filename) + "\"";
    }

    /** As browsers do it. */
    private static String quoted(String filename) {
        return filename.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }
}
