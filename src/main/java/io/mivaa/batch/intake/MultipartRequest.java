package io.mivaa.batch.intake;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.jakarta.servlet6.JakartaServletFileUpload;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a multipart batch as a stream: parts {@code files} in any number, {@code options} and {@code manifest} once
 * each, in any order and with any content type.
 */
final class MultipartRequest {

    /** Of the options part and of the manifest part. */
    private static final int MAX_JSON = 16 << 20;

    private final JsonMapper json;
    private final IntakeSettings settings;
    private final List<Part> parts = new ArrayList<>();
    private @Nullable Options options;
    private Map<String, Entry> manifest = Map.of();

    MultipartRequest(JsonMapper json, IntakeSettings settings) {
        this.json = json;
        this.settings = settings;
    }

    private record Part(String name, @Nullable String contentType, Spool.Slice slice) {}

    /** What the manifest says of a file. */
    record Entry(
            @Nullable String externalId,
            @Nullable String contentType,
            @Nullable JsonNode metadata) {}

    /** @throws Problem 400 or 413 when the request as a whole cannot be taken */
    void read(HttpServletRequest request, Submission submission) throws IOException {
        try {
            var upload = new JakartaServletFileUpload<DiskFileItem, DiskFileItemFactory>();
            upload.setHeaderCharset(StandardCharsets.UTF_8);
            FileItemInputIterator iterator = upload.getItemIterator(request);
            while (iterator.hasNext()) {
                read(iterator.next(), submission);
            }
        } catch (FileUploadException e) {
            throw Problem.of(
                    HttpStatus.BAD_REQUEST, "malformed-request", "The multipart body is damaged or ends too early.");
        }
        submission.options(options == null ? Options.NONE : options);
        manifest.keySet().stream()
                .filter(name -> parts.stream().noneMatch(p -> p.name().equals(name)))
                .findFirst()
                .ifPresent(name -> {
                    throw Problem.invalid(
                            "/manifest/" + name, "unknown-file", "The manifest names a file that was not sent.");
                });
        for (Part part : parts) {
            submission.add(describe(part), part.slice(), null);
        }
    }

    private void read(FileItemInput item, Submission submission) throws IOException {
        try (InputStream in = item.getInputStream()) {
            switch (String.valueOf(item.getFieldName())) {
                case "files" -> {
                    if (parts.size() == settings.maxDocuments()) {
                        throw Problem.of(
                                HttpStatus.CONTENT_TOO_LARGE,
                                "batch-too-large",
                                "A multipart batch has at most " + settings.maxDocuments() + " documents.");
                    }
                    String name = FileNames.clean(nameOf(item));
                    parts.add(new Part(
                            name, item.getContentType(), submission.spool().append(in, submission.maxDocumentBytes())));
                }
                case "options" -> options = json(in, "/options", new TypeReference<Options>() {}, options != null);
                case "manifest" ->
                    manifest = json(
                            in, "/manifest", new TypeReference<LinkedHashMap<String, Entry>>() {}, !manifest.isEmpty());
                default ->
                    throw Problem.invalid(
                            FileNames.clean(item.getFieldName()),
                            "unknown-field",
                            "The parts of a batch are named files, options and manifest.");
            }
        }
    }

    /** A name with a NUL makes the library throw; it is cleaned like any other. */
    private static @Nullable String nameOf(FileItemInput item) {
        try {
            return item.getName();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private <T> T json(InputStream in, String pointer, TypeReference<T> type, boolean again) throws IOException {
        byte[] bytes = in.readNBytes(MAX_JSON + 1);
        if (again || bytes.length > MAX_JSON) {
            throw Problem.invalid(pointer, "invalid-value", "This part comes once, with at most 16 MiB.");
        }
        try {
            T value = json.readValue(bytes, type);
            if (value == null) {
                throw Problem.invalid(pointer, "invalid-value", "This part is a JSON object.");
            }
            return value;
        } catch (JacksonException e) {
            throw JsonProblems.of(e, pointer);
        }
    }

    private Submission.Description describe(Part part) {
        Entry entry = manifest.getOrDefault(part.name(), new Entry(null, null, null));
        String pointer = "/manifest/" + part.name();
        return new Submission.Description(
                Documents.externalId(entry.externalId(), pointer),
                part.name(),
                entry.contentType() != null ? entry.contentType() : part.contentType(),
                Documents.metadata(entry.metadata(), pointer, settings, json));
    }
}
