package io.mivaa.batch.intake.body;

import io.mivaa.batch.http.JsonProblems;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.intake.limits.IntakeSettings;
import io.mivaa.batch.intake.options.Options;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.secrets.Secrets;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Reads the body of a POST in any of its three forms into a spool. Thread-safe. */
@Component
public class BatchReader {

    private static final Set<MediaType> FORMS =
            Set.of(MediaType.MULTIPART_FORM_DATA, MediaType.APPLICATION_JSON, MediaType.APPLICATION_NDJSON);

    private static final Set<String> PARAMETERS = Set.of(
            "name",
            "priority",
            "onInvalid",
            "maxAttempts",
            "maxInFlight",
            "webhookUrl",
            "scheduledAt",
            "after",
            "tags",
            "chunking.strategy",
            "chunking.maxTokens",
            "chunking.overlapTokens",
            "chunking.minTokens",
            "embedding.provider",
            "embedding.model");

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

    /** A request that has been read; to be closed when its documents have been accepted. */
    public record Read(Submission submission, Spool spool) implements Closeable {
        @Override
        public void close() throws IOException {
            spool.close();
        }
    }

    /** @throws Problem 400, 413, 415 or 503 */
    public Read read(HttpServletRequest request) throws IOException {
        return read(request, settings.maxRequestSize().toBytes(), false);
    }

    /**
     * Reads a body with one document, which in JSON may also be the body itself; there is no form with lines.
     *
     * @param max bytes of the body
     */
    public Read readOne(HttpServletRequest request, long max) throws IOException {
        return read(request, max, true);
    }

    private Read read(HttpServletRequest request, long max, boolean one) throws IOException {
        if (request.getContentLengthLong() > max) {
            throw tooLarge(max);
        }
        MediaType type = type(request.getContentType());
        boolean lines = type.equalsTypeAndSubtype(MediaType.APPLICATION_NDJSON);
        if (FORMS.stream().noneMatch(type::equalsTypeAndSubtype) || (one && lines)) {
            throw Problem.of(
                    HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                    "unsupported-media-type",
                    "A batch comes as multipart/form-data, application/json or application/x-ndjson.");
        }
        int most = one ? 1 : lines ? settings.maxStreamedDocuments() : settings.maxDocuments();
        Spool spool = Spool.in(directory);
        try {
            Submission submission = new Submission(spool, formats, secrets, settings, most);
            HttpServletRequest bounded = new Bounded(request, max);
            if (!lines && !request.getParameterMap().isEmpty()) {
                throw unknownParameter(
                        request.getParameterMap().keySet().iterator().next());
            }
            if (type.equalsTypeAndSubtype(MediaType.MULTIPART_FORM_DATA)) {
                new MultipartRequest(json, settings).read(bounded, submission);
            } else if (lines) {
                submission.options(options(request.getParameterMap()));
                new JsonRequest(settings, bounded.getInputStream(), submission).readLines();
            } else if (one) {
                new JsonRequest(settings, bounded.getInputStream(), submission).readOne();
            } else {
                new JsonRequest(settings, bounded.getInputStream(), submission).readBatch();
            }
            return new Read(submission, spool);
        } catch (IOException | RuntimeException e) {
            spool.close();
            throw e;
        }
    }

    private static MediaType type(@Nullable String header) {
        try {
            return header == null ? MediaType.ALL : MediaType.parseMediaType(header);
        } catch (InvalidMediaTypeException e) {
            return MediaType.ALL;
        }
    }

    private static Options options(Map<String, String[]> parameters) {
        new TreeSet<>(parameters.keySet())
                .stream().filter(name -> !PARAMETERS.contains(name)).findFirst().ifPresent(name -> {
                    throw unknownParameter(name);
                });
        Options.Chunking chunking = new Options.Chunking(
                one(parameters, "chunking.strategy"),
                number(parameters, "chunking.maxTokens"),
                number(parameters, "chunking.overlapTokens"),
                number(parameters, "chunking.minTokens"));
        Options.Embedding embedding =
                new Options.Embedding(one(parameters, "embedding.provider"), one(parameters, "embedding.model"));
        return new Options(
                one(parameters, "name"),
                one(parameters, "priority"),
                one(parameters, "onInvalid"),
                chunking.equals(new Options.Chunking(null, null, null, null)) ? null : chunking,
                embedding.equals(new Options.Embedding(null, null)) ? null : embedding,
                number(parameters, "maxAttempts"),
                number(parameters, "maxInFlight"),
                one(parameters, "scheduledAt"),
                several(parameters, "after"),
                several(parameters, "tags"),
                one(parameters, "webhookUrl"));
    }

    private static @Nullable List<String> several(Map<String, String[]> parameters, String name) {
        String[] values = parameters.get(name);
        return values == null
                ? null
                : Arrays.stream(values)
                        .flatMap(value -> Arrays.stream(value.split(",")))
                        .toList();
    }

    private static @Nullable String one(Map<String, String[]> parameters, String name) {
        String[] values = parameters.get(name);
        return values == null ? null : values[0];
    }

    private static @Nullable Integer number(Map<String, String[]> parameters, String name) {
        String value = one(parameters, name);
        try {
            return value == null ? null : Integer.valueOf(value);
        } catch (NumberFormatException e) {
            throw Problem.invalid(name, "invalid-value", "The parameter '" + name + "' is a number.");
        }
    }

    private static Problem unknownParameter(String name) {
        return Problem.invalid(
                JsonProblems.shown(name), "unknown-field", "There is a parameter that is not known here.");
    }

    private static Problem tooLarge(long max) {
        return Problem.of(
                        HttpStatus.CONTENT_TOO_LARGE,
                        "request-too-large",
                        "A request has at most " + max + " bytes; send the documents in several batches.")
                .with("limit", max);
    }

    /** Ends a body that is longer than allowed, whatever its Content-Length said. */
    private static final class Bounded extends HttpServletRequestWrapper {

        private final long max;

        Bounded(HttpServletRequest request, long max) {
            super(request);
            this.max = max;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            ServletInputStream in = super.getInputStream();
            return new ServletInputStream() {
                private long read;

                @Override
                public int read() throws IOException {
                    return (int) counted(in.read(), 1);
                }

                @Override
                public int read(byte[] buffer, int offset, int length) throws IOException {
                    int got = in.read(buffer, offset, length);
                    return (int) counted(got, got);
                }

                private long counted(int result, int bytes) {
                    read += result < 0 ? 0 : bytes;
                    if (read > max) {
                        throw tooLarge(max);
                    }
                    return result;
                }

                @Override
                public boolean isFinished() {
                    return in.isFinished();
                }

                @Override
                public boolean isReady() {
                    return in.isReady();
                }

                @Override
                public void setReadListener(ReadListener listener) {
                    in.setReadListener(listener);
                }
            };
        }
    }
}
