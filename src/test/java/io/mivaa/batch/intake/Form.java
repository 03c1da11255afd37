package io.mivaa.batch.intake;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A multipart body, written byte by byte, so that a test can say exactly what is in it. */
public final class Form {

    private static final String BOUNDARY = "a-boundary-of-the-tests";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public Form file(String name, String text) {
        return file(name, null, text.getBytes(StandardCharsets.UTF_8));
    }

    public Form file(String name, @Nullable String type, byte[] bytes) {
        return part("name=\"files\"; filename=\"" + name + "\"", type, bytes);
    }

    /** Without a content type. */
    public Form field(String name, String text) {
        return field(name, null, text);
    }

    public Form field(String name, @Nullable String type, String text) {
        return part("name=\"" + name + "\"", type, text.getBytes(StandardCharsets.UTF_8));
    }

    public Form part(String disposition, @Nullable String type, byte[] bytes) {
        write("--" + BOUNDARY + "\r\nContent-Disposition: form-data; " + disposition + "\r\n");
        write(type == null ? "\r\n" : "Content-Type: " + type + "\r\n\r\n");
        out.writeBytes(bytes);
        write("\r\n");
        return this;
    }

    public String contentType() {
        return "multipart/form-data; boundary=" + BOUNDARY;
    }

    public byte[] bytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(out.toByteArray());
        whole.writeBytes(("--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8));
        return whole.toByteArray();
    }

    private void write(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
