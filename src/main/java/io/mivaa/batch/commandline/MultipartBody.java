package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A {@code multipart/form-data} body after RFC 7578, held in memory: for small documents. Not thread-safe. */
final class MultipartBody {

    private final String boundary = "mivaa-" + UUID.randomUUID();
    private final List<byte[]> pieces = new ArrayList<>();

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    void addJson(String name, byte[] json) {
        add("form-data; name=\"" + name + "\"", "application/json", json);
    }

    void addFile(String name, Sample file) {
        add(
                "form-data; name=\"" + name + "\"; filename=\"" + quoted(file.filename()) + "\"",
                file.contentType(),
                file.content());
    }

    BodyPublisher publisher() {
        var all = new ArrayList<>(pieces);
        all.add(("--" + boundary + "--\r\n").getBytes(UTF_8));
        return BodyPublishers.ofByteArrays(all);
    }

    private void add(String disposition, String contentType, byte[] content) {
        String head = "--" + boundary + "\r\nContent-Disposition: " + disposition + "\r\nContent-Type: " + contentType
                + "\r\n\r\n";
        pieces.add(head.getBytes(UTF_8));
        pieces.add(content);
        pieces.add("\r\n".getBytes(UTF_8));
    }

    /** As browsers do it. */
    private static String quoted(String filename) {
        return filename.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
    }
}
