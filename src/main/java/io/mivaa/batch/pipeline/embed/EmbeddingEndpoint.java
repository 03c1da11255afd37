package io.mivaa.batch.pipeline.embed;

import io.mivaa.batch.http.client.RetryAfter;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One request to an OpenAI-compatible endpoint, and what its answer means. Whatever the other side does, a call ends
 * within the timeout, with a bounded amount of memory, with vectors or a failure of a known kind. Neither the key nor
 * a word of the texts or of the answer gets into a failure. Thread-safe.
 */
final class EmbeddingEndpoint {

    /** Of an answer that is no success: enough to see what is wrong. */
    private static final int ERROR_BYTES = 64 << 10;

    /** When a provider says that there were too many requests, but not when to come again. */
    private static final Duration UNSAID = Duration.ofSeconds(5);

    /** What the providers say, with status 400 or 422, when the texts are too many or too long. */
    private static final Pattern TOO_MUCH = Pattern.compile(
            "context[_ ]length|too many (tokens|inputs)|too (long|large)|max(imum)?[_ ](tokens|context|input|sequence"
                    + "|allowed|batch)|above_max|exceeds?\\b.{0,60}\\b(limit|length|maximum|tokens)"
                    + "|less than \\d+ tokens",
            Pattern.CASE_INSENSITIVE);

    /** With status 429, but no time will mend it. */
    private static final Pattern NO_CREDIT = Pattern.compile("insufficient_quota|billing", Pattern.CASE_INSENSITIVE);

    private final JsonFactory json = new JsonFactory();
    private final String provider;
    private final OpenAiSettings settings;
    private final @Nullable String key;
    private final HttpClient client;

    /** The request is too large for the provider: fewer texts may do. */
    static final class TooMuch extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * @param key null to send none
     * @throws IllegalArgumentException when the key is none that can be sent
     */
    EmbeddingEndpoint(String provider, OpenAiSettings settings, @Nullable String key) {
        this.provider = provider;
        this.settings = settings;
        this.key = key;
        if (key != null && !key.matches("[\\x21-\\x7e]+")) {
            // The client would refuse it later, and show it.
            throw new IllegalArgumentException(
                    "the API key of the embedding provider " + provider + " is empty or has characters no key has");
        }
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    /**
     * @return one vector for each text, in order, of the right width
     * @throws TooMuch when the provider does not take so much at once
     * @throws TransientFailure with a Retry-After for a rate limit, without for every other fault that may pass
     * @throws Rejected when the provider refuses the texts for another reason than their length
     * @throws CancellationException when the thread is interrupted, which it stays
     */
    List<float[]> ask(List<String> texts) throws TooMuch {
        HttpResponse<byte[]> answer = send(texts);
        if (answer.statusCode() != 200) {
            throw failure(answer);
        }
        try {
            return EmbeddingAnswer.read(answer.body(), texts.size(), settings.dimensions());
        } catch (EmbeddingAnswer.Unusable e) {
            throw unusable(String.valueOf(e.getMessage()));
        }
    }

    private HttpResponse<byte[]> send(List<String> texts) {
        HttpRequest.Builder request = HttpRequest.newBuilder(settings.address())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .header("User-Agent", "mivaa-batch")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body(texts)));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        int most = (int) settings.maxResponse().toBytes();
        CompletableFuture<HttpResponse<byte[]>> pending = client.sendAsync(
                request.build(),
                info -> info.statusCode() == 200 ? BoundedBody.whole(most) : BoundedBody.beginning(ERROR_BYTES));
        try {
            // The client's own timeout ends with the headers.
            return pending.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Embedding was interrupted");
        } catch (TimeoutException e) {
            throw unavailable("did not answer within " + settings.timeout().toMillis() + " ms", e);
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            pending.cancel(true);
        }
    }

    private byte[] body(List<String> texts) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = json.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            out.writeStringProperty("model", settings.model());
            out.writeArrayPropertyStart("input");
            texts.forEach(text -> out.writeString(wellFormed(text)));
            out.writeEndArray();
            if (settings.encoding() == OpenAiSettings.Encoding.BASE64) {
                out.writeStringProperty("encoding_format", "base64");
            }
            if (settings.sendDimensions()) {
                out.writeNumberProperty("dimensions", settings.dimensions());
            }
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /** Half of a surrogate pair has no UTF-8. */
    private static String wellFormed(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    private RuntimeException failure(@Nullable Throwable cause) {
        if (cause instanceof BoundedBody.TooLong) {
            return unusable("is longer than " + settings.maxResponse().toBytes() + " bytes");
        }
        if (cause instanceof HttpTimeoutException) {
            return unavailable(
                    "cannot be reached within " + settings.connectTimeout().toMillis() + " ms", cause);
        }
        if (cause instanceof IOException) {
            return unavailable("cannot be reached, or broke the connection", cause);
        }
        return new TransientFailure("embedding-failed", "The request to " + provider() + " failed.", cause);
    }

    private RuntimeException failure(HttpResponse<byte[]> answer) throws TooMuch {
        int status = answer.statusCode();
        String said = new String(answer.body(), StandardCharsets.UTF_8);
        if (status == 413
                || ((status == 400 || status == 422) && TOO_MUCH.matcher(said).find())) {
            throw new TooMuch();
        }
        if (status == 401
                || status == 402
                || status == 403
                || (status == 429 && NO_CREDIT.matcher(said).find())) {
            return new TransientFailure(
                    "embedding-unauthorized", provider() + " refuses our key, or our account (" + status + ").", null);
        }
        Duration wait = RetryAfter.of(answer.headers()::firstValue).orElse(null);
        if (status == 429) {
            return new TransientFailure(
                    "embedding-rate-limited",
                    provider() + " takes no more requests for now.",
                    wait == null ? UNSAID : wait,
                    null);
        }
        if (status >= 500 || status == 408 || status == 425) {
            return new TransientFailure(
                    "embedding-unavailable", provider() + " answers with status " + status + ".", wait, null);
        }
        if (status == 400 || status == 422) {
            return new Rejected(
                    "embedding-refused", provider() + " refuses to embed a part of this document (" + status + ").");
        }
        return new TransientFailure(
                "embedding-misconfigured",
                provider() + " answers with status " + status + ": its address or its model is wrong.",
                null);
    }

    private TransientFailure unavailable(String what, @Nullable Throwable cause) {
        return new TransientFailure("embedding-unavailable", provider() + " " + what + ".", cause);
    }

    private TransientFailure unusable(String why) {
        return new TransientFailure("embedding-answer-unusable", "The answer of " + provider() + " " + why + ".", null);
    }

    private String provider() {
        return "The embedding provider " + provider;
    }
}
