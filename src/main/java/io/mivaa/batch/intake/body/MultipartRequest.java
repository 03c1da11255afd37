package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.http.StorableText;
import io.mivaa.batch.intake.document.DocumentDescription;
import io.mivaa.batch.intake.document.DocumentFields;
import io.mivaa.batch.intake.document.FileNames;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.intake.options.Options;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemHeaders;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.MultipartInput;
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

    /** Of one part. */
    private static final int MAX_HEADERS = 16 << 10;

    /** RFC 2046, 5.1.1. */
    private static final int MAX_BOUNDARY = 70;

    private final JakartaServletFileUpload<DiskFileItem, DiskFileItemFactory> upload = new JakartaServletFileUpload<>();

    private final JsonMapper json;
    private final IntakeSettings settings;
    private final List<Part> parts = new ArrayList<>();
    private @Nullable Options options;
    private @Nullable Map<String, Entry> manifest;

    /** What the manifest says of documents in archives that are there. */
    private final Set<String> named = new HashSet<>();

    MultipartRequest(JsonMapper json, IntakeSettings settings) {
        this.json = json;
        this.settings = settings;
    }

    /** @param sent the name as it came, by which the manifest may call the file too */
    private record Part(String name, String sent, @Nullable String contentType, Spool.Slice slice) {

        boolean isCalled(String other) {
            return other.equals(sent) || other.equals(name);
        }

        boolean holds(String other) {
            return other.startsWith(sent + "/") || other.startsWith(name + "/");
        }
    }

    /** What the manifest says of a file, or of a document in an archive. */
    record Entry(
            @Nullable String externalId,
            @Nullable String contentType,
            @Nullable JsonNode metadata,

            @Schema(
                    format = "password",
                    accessMode = Schema.AccessMode.WRITE_ONLY,
                    description = "What opens the file.")
            @Nullable
            String password) {

        static final Entry NOTHING = new Entry(null, null, null, null);

        /** Tells no password. */
        @Override
        public String toString() {
            return "Entry[" + externalId + ", " + contentType + "]";
        }
    }

    /** @throws Problem 400 or 413 when the request as a whole cannot be taken */
    void read(HttpServletRequest request, Submission submission) throws IOException {
        try {
            MultipartInput input = input(request);
            for (boolean more = input.skipPreamble(); more; more = input.readBoundary()) {
                FileItemHeaders headers = upload.getParsedHeaders(input.readHeaders());
                try (InputStream in = input.newInputStream()) {
                    read(headers, in, submission);
                }
            }
        } catch (FileUploadException e) {
            throw damaged();
        }
        submission.options(options == null ? Options.NONE : options);
        List<Part> torn = new ArrayList<>();
        for (Part part : parts) {
            if (!submission.add(
                    describe(part), part.slice(), null, (path, otherwise) -> within(part, path, otherwise))) {
                torn.add(part);
            }
        }
        described().keySet().stream()
                .filter(name -> !named.contains(name)
                        && parts.stream().noneMatch(part -> part.isCalled(name))
                        && torn.stream().noneMatch(part -> part.holds(name)))
                .findFirst()
                .ifPresent(name -> {
                    throw Problem.invalid(
                            "/manifest" + JsonProblems.step(name),
                            "unknown-file",
                            "The manifest names a file that was not sent, or is in none of the archives.");
                });
    }

    /** A document in an archive is called by the archive's name, a slash and its path. */
    private DocumentDescription within(Part archive, String path, DocumentDescription otherwise) {
        String name = archive.name() + "/" + path;
        if (!described().containsKey(name)) {
            name = archive.sent() + "/" + path;
        }
        Entry entry = described().get(name);
        if (entry == null) {
            return otherwise;
        }
        named.add(name);
        String pointer = "/manifest" + JsonProblems.step(name);
        return new DocumentDescription(
                entry.externalId() == null
                        ? otherwise.externalId()
                        : DocumentFields.externalId(entry.externalId(), pointer),
                otherwise.filename(),
                StorableText.check(entry.contentType(), pointer + "/contentType"),
                entry.metadata() == null
                        ? otherwise.metadata()
                        : DocumentFields.metadata(entry.metadata(), pointer, settings, json),
                entry.password() == null
                        ? otherwise.password()
                        : DocumentFields.password(entry.password(), pointer, settings));
    }

    /**
     * The library's own iterator allows a part 512 bytes of headers, which a long name in another script than Latin
     * exceeds.
     */
    private MultipartInput input(HttpServletRequest request) throws IOException {
        byte[] boundary = upload.getBoundary(request.getContentType());
        if (boundary == null || boundary.length > MAX_BOUNDARY) {
            throw damaged();
        }
        MultipartInput input = MultipartInput.builder()
                .setInputStream(request.getInputStream())
                .setBoundary(boundary)
                .setPartHeaderSizeMax(MAX_HEADERS)
                .get();
        input.setHeaderCharset(StandardCharsets.UTF_8);
        return input;
    }

    private static Problem damaged() {
        return Problem.of(
                HttpStatus.BAD_REQUEST, "malformed-request", "The multipart body is damaged or ends too early.");
    }

    private void read(FileItemHeaders headers, InputStream in, Submission submission) throws IOException {
        String field = String.valueOf(upload.getFieldName(headers));
        switch (field) {
            case "files" -> {
                if (parts.size() == settings.maxDocuments()) {
                    throw Problem.of(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "batch-too-large",
                            "A multipart batch has at most " + settings.maxDocuments() + " documents.");
                }
                @Nullable String sent = upload.getFileName(headers);
                String name = FileNames.clean(sent);
                parts.add(new Part(
                        name,
                        sent == null ? name : sent,
                        headers.getHeader("Content-Type"),
                        submission.spool().append(in, submission.maxDocumentBytes())));
            }
            case "options" -> options = json(in, "/options", new TypeReference<Options>() {}, options != null);
            case "manifest" -> {
                manifest =
                        json(in, "/manifest", new TypeReference<LinkedHashMap<String, Entry>>() {}, manifest != null);
                manifest.replaceAll((name, entry) -> entry == null ? Entry.NOTHING : entry);
            }
            default ->
                throw Problem.invalid(
                        FileNames.clean(field),
                        "unknown-field",
                        "The parts of a batch are named files, options and manifest.");
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

    private Map<String, Entry> described() {
        return manifest == null ? Map.of() : manifest;
    }

    private DocumentDescription describe(Part part) {
        Entry byName = described().getOrDefault(part.name(), Entry.NOTHING);
        Entry entry = described().getOrDefault(part.sent(), byName);
        String pointer = "/manifest" + JsonProblems.step(part.name());
        return new DocumentDescription(
                DocumentFields.externalId(entry.externalId(), pointer),
                part.name(),
                entry.contentType() != null
                        ? StorableText.check(entry.contentType(), pointer + "/contentType")
                        : part.contentType(),
                DocumentFields.metadata(entry.metadata(), pointer, settings, json),
                DocumentFields.password(entry.password(), pointer, settings));
    }
}
