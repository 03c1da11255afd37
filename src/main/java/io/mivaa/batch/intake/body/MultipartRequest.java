package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.document.FileNames;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.intake.options.Options;
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
import org.apache.commons.fileupload2.core.FileItemHeaders;
import org.apache.commons.fileupload2.core.FileUploadException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.jakarta.servlet6.JakartaServletFileUpload;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a multipart body as a stream: any number of parts {@code files}, and at most one {@code options} and one {@code
 * manifest}, in any order and with any content type. Not thread-safe.
 */
final class MultipartRequest {

    /** For the options part and for the manifest part. */
    private static final int MAX_JSON_BYTES = 16 << 20;

    /** For one part. */
    private static final int MAX_HEADER_BYTES = 16 << 10;

    /** RFC 2046, 5.1.1. */
    private static final int MAX_BOUNDARY = 70;

    private final JakartaServletFileUpload<DiskFileItem, DiskFileItemFactory> upload = new JakartaServletFileUpload<>();

    private final JsonMapper json;
    private final IntakeSettings settings;
    private final List<UploadedFile> files = new ArrayList<>();
    private @Nullable Options options;
    private @Nullable Map<String, Manifest.Entry> manifest;

    MultipartRequest(JsonMapper json, IntakeSettings settings) {
        this.json = json;
        this.settings = settings;
    }

    /** @throws Problem 400 or 413 when the request as a whole is refused */
    void read(HttpServletRequest request, Submission submission) throws IOException {
        readParts(request, submission);
        submission.options(options == null ? Options.NONE : options);
        Manifest descriptions = new Manifest(manifest == null ? Map.of() : manifest, settings, json);
        List<UploadedFile> unread = new ArrayList<>();
        for (UploadedFile file : files) {
            boolean whole = submission.add(
                    descriptions.describe(file),
                    file.slice(),
                    null,
                    (path, inherited) -> descriptions.describe(file, path, inherited));
            if (!whole) {
                unread.add(file);
            }
        }
        descriptions.refuseUnused(files, unread);
    }

    private void readParts(HttpServletRequest request, Submission submission) throws IOException {
        try {
            MultipartInput input = input(request);
            for (boolean more = input.skipPreamble(); more; more = input.readBoundary()) {
                FileItemHeaders headers = upload.getParsedHeaders(input.readHeaders());
                try (InputStream in = input.newInputStream()) {
                    readPart(headers, in, submission);
                }
            }
        } catch (FileUploadException e) {
            throw damaged();
        }
    }

    /**
     * Does not use the iterator of the library: it allows a part 512 bytes of headers, and a long file name in a script
     * other than Latin needs more.
     */
    private MultipartInput input(HttpServletRequest request) throws IOException {
        byte[] boundary = upload.getBoundary(request.getContentType());
        if (boundary == null || boundary.length > MAX_BOUNDARY) {
            throw damaged();
        }
        MultipartInput input = MultipartInput.builder()
                .setInputStream(request.getInputStream())
                .setBoundary(boundary)
                .setPartHeaderSizeMax(MAX_HEADER_BYTES)
                .get();
        input.setHeaderCharset(StandardCharsets.UTF_8);
        return input;
    }

    private static Problem damaged() {
        return Problem.of(
                HttpStatus.BAD_REQUEST, "malformed-request", "The multipart body is damaged or ends too early.");
    }

    private void readPart(FileItemHeaders headers, InputStream in, Submission submission) throws IOException {
        String field = String.valueOf(upload.getFieldName(headers));
        switch (field) {
            case "files" -> files.add(file(headers, in, submission));
            case "options" -> options = json(in, "/options", new TypeReference<Options>() {}, options != null);
            case "manifest" -> manifest = manifest(in);
            default ->
                throw Problem.invalid(
                        FileNames.clean(field),
                        "unknown-field",
                        "The parts of a batch must be named files, options or manifest.");
        }
    }

    private Map<String, Manifest.Entry> manifest(InputStream in) throws IOException {
        Map<String, Manifest.Entry> entries =
                json(in, "/manifest", new TypeReference<LinkedHashMap<String, Manifest.Entry>>() {}, manifest != null);
        entries.replaceAll((name, entry) -> entry == null ? Manifest.Entry.NOTHING : entry);
        return entries;
    }

    private UploadedFile file(FileItemHeaders headers, InputStream in, Submission submission) throws IOException {
        if (files.size() == settings.maxDocuments()) {
            throw Problem.of(
                    HttpStatus.CONTENT_TOO_LARGE,
                    "batch-too-large",
                    "A multipart batch must have at most " + settings.maxDocuments() + " files.");
        }
        @Nullable String sent = upload.getFileName(headers);
        String name = FileNames.clean(sent);
        return new UploadedFile(
                name,
                sent == null ? name : sent,
                headers.getHeader("Content-Type"),
                submission.spool().append(in, submission.maxDocumentBytes()));
    }

    private <T> T json(InputStream in, String pointer, TypeReference<T> type, boolean again) throws IOException {
        byte[] bytes = in.readNBytes(MAX_JSON_BYTES + 1);
        if (again || bytes.length > MAX_JSON_BYTES) {
            throw Problem.invalid(
                    pointer, "invalid-value", "This part must occur only once and must not exceed 16 MiB.");
        }
        try {
            T value = json.readValue(bytes, type);
            if (value == null) {
                throw Problem.invalid(pointer, "invalid-value", "This part must be a JSON object.");
            }
            return value;
        } catch (JacksonException e) {
            throw JsonProblems.of(e, pointer);
        }
    }
}
