package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.intake.options.QueryOptions;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.secrets.Secrets;
import jakarta.servlet.http.HttpServletRequest;
import java.io.Closeable;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Reads the body of a request, in any of its three forms, into a spool. Thread-safe. */
@Component
public class BatchReader {

    private static final Set<MediaType> FORMS =
            Set.of(MediaType.MULTIPART_FORM_DATA, MediaType.APPLICATION_JSON, MediaType.APPLICATION_NDJSON);

    private final SpoolDirectory directory;
    private final Formats formats;
    private final Secrets secrets;
    private final IntakeSettings settings;
    private final JsonMapper json;

    BatchReader(SpoolDirectory directory, Formats formats, Secrets secrets, IntakeSettings settings, JsonMapper json) {
        this.directory = directory;
        this.formats = formats;
        this.secrets = secrets;
        this.settings = settings;
        this.json = json;
    }

    /** A request that has been read. To be closed when its documents are no longer needed. */
    public record Read(Submission submission, Spool spool) implements Closeable {
        @Override
        public void close() throws IOException {
            spool.close();
        }
    }

    /** @throws Problem 400, 413, 415 or 503 */
    public Read read(HttpServletRequest request) throws IOException {
        long max = settings.maxRequestSize().toBytes();
        MediaType type = type(request, max);
        boolean lines = type.equalsTypeAndSubtype(MediaType.APPLICATION_NDJSON);
        int documents = lines ? settings.maxStreamedDocuments() : settings.maxDocuments();
        return read(documents, submission -> {
            HttpServletRequest bounded = new BoundedRequest(request, max);
            if (lines) {
                submission.options(QueryOptions.of(request.getParameterMap()));
                new JsonRequest(settings, bounded.getInputStream(), submission).readLines();
                return;
            }
            QueryOptions.refuseAny(request.getParameterMap());
            if (isMultipart(type)) {
                new MultipartRequest(json, settings).read(bounded, submission);
            } else {
                new JsonRequest(settings, bounded.getInputStream(), submission).readBatch();
            }
        });
    }

    /**
     * Reads a body with one document. A JSON body may consist of the fields of the document; NDJSON is refused.
     *
     * @param max bytes of the body
     * @throws Problem 400, 413, 415 or 503
     */
    public Read readOne(HttpServletRequest request, long max) throws IOException {
        MediaType type = type(request, max);
        if (type.equalsTypeAndSubtype(MediaType.APPLICATION_NDJSON)) {
            throw unsupported();
        }
        return read(1, submission -> {
            HttpServletRequest bounded = new BoundedRequest(request, max);
            QueryOptions.refuseAny(request.getParameterMap());
            if (isMultipart(type)) {
                new MultipartRequest(json, settings).read(bounded, submission);
            } else {
                new JsonRequest(settings, bounded.getInputStream(), submission).readOne();
            }
        });
    }

    @FunctionalInterface
    private interface Reading {
        void into(Submission submission) throws IOException;
    }

    private Read read(int maxDocuments, Reading reading) throws IOException {
        Spool spool = Spool.in(directory);
        try {
            Submission submission = new Submission(spool, formats, secrets, settings, maxDocuments);
            reading.into(submission);
            return new Read(submission, spool);
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    private static MediaType type(HttpServletRequest request, long max) {
        if (request.getContentLengthLong() > max) {
            throw BoundedRequest.tooLarge(max);
        }
        MediaType type = parsed(request.getContentType());
        if (FORMS.stream().noneMatch(type::equalsTypeAndSubtype)) {
            throw unsupported();
        }
        return type;
    }

    private static MediaType parsed(@Nullable String header) {
        try {
            return header == null ? MediaType.ALL : MediaType.parseMediaType(header);
        } catch (InvalidMediaTypeException e) {
            return MediaType.ALL;
        }
    }

    private static Problem unsupported() {
        return Problem.of(
                HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "A batch must be sent as multipart/form-data, application/json or application/x-ndjson.");
    }

    private static boolean isMultipart(MediaType type) {
        return type.equalsTypeAndSubtype(MediaType.MULTIPART_FORM_DATA);
    }
}
