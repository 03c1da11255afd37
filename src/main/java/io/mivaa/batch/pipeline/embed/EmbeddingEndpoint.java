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
 * Sends requests to an OpenAI-compatible endpoint and interprets the responses. Whatever the provider does, a call ends
 * within the timeout, uses bounded memory, and returns vectors or throws a failure of a known kind. Failures contain
 * neither the key nor any part of the texts or the response. Thread-safe.
 */
final class EmbeddingEndpoint {

    /** How much of an error response is read: enough to find the cause. */
    private static final int ERROR_BYTES = 64 << 10;

    /** The wait after a rate limit without a Retry-After. */
    private static final Duration DEFAULT_WAIT = Duration.ofSeconds(5);

    /** What providers send with status 400 or 422 when there are too many texts, or too long ones. */
    private static final Pattern TOO_MUCH = Pattern.compile(
            "context[_ ]length|too many (tokens|inputs)|too (long|large)|max(imum)?[_ ](tokens|context|input|sequence"
                    + "|allowed|batch)|above_max|exceeds?\\b.{0,60}\\b(limit|length|maximum|tokens)"
                    + "|less than \\d+ tokens",
            Pattern.CASE_INSENSITIVE);

    /** What providers send with status 429 when the account has no credit, so that waiting does not help. */
    private static final Pattern NO_CREDIT = Pattern.compile("insufficient_quota|billing", Pattern.CASE_INSENSITIVE);

    private final JsonFactory json = new JsonFactory();
    private final String provider;
    private final OpenAiSettings settings;
    private final @Nullable String key;
    private final HttpClient client;

    /** The request is too large for the provider. A request with fewer texts may succeed. */
    static final class TooMuch extends Exception {
        private static final long serialVersionUID = 1L;
    }

    /**
     * @param key null to send no key
     * @throws IllegalArgumentException when the key is empty or not printable ASCII
     */
    EmbeddingEndpoint(String provider, OpenAiSettings settings, @Nullable String key) {
        this.provider = provider;
        this.settings = settings;
        this.key = key;
        if (key != null && !key.matches("[\\x21-\\x7e]+")) {
            // The HTTP client would refuse it later, with a message that contains it.
            throw new IllegalArgumentException("the API key of the embedding provider " + provider
                    + " is empty or contains characters that are not allowed in a key");
        }
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    /**
     * @return one vector for each text, in order, with the configured dimensions
     * @throws TooMuch when the request is too large for the provider
     * @throws TransientFailure with a Retry-After for a rate limit; without one for any other failure that may pass
     * @throws Rejected when the provider refuses the texts for another reason than their length
     * @throws CancellationException when the thread is interrupted; its interrupt status stays set
     */
    List<float[]> ask(List<String> texts) throws TooMuch {
        HttpResponse<byte[]> response = send(texts);
        if (response.statusCode() != 200) {
            throw failure(response);
        }
        try {
            return EmbeddingResponse.read(response.body(), texts.size(), settings.dimensions());
        } catch (EmbeddingResponse.Unusable e) {
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
            // The HTTP client's own timeout covers only the headers.
            return pending.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("Embedding was interrupted");
        } catch (TimeoutException e) {
            throw unavailable("did not respond within " + settings.timeout().toMillis() + " ms", e);
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

    /** Replaces lone surrogates, which UTF-8 cannot represent. */
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
            return unavailable("cannot be reached, or closed the connection", cause);
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
                    "embedding-unauthorized",
                    provider() + " rejected the API key or the account (" + status + ").",
                    null);
        }
        Duration wait = RetryAfter.of(answer.headers()::firstValue).orElse(null);
        if (status == 429) {
            return new TransientFailure(
                    "embedding-rate-limited",
                    provider() + " accepts no more requests for now.",
                    wait == null ? DEFAULT_WAIT : wait,
                    null);
        }
        if (status >= 500 || status == 408 || status == 425) {
            return new TransientFailure(
                    "embedding-unavailable", provider() + " responded with status " + status + ".", wait, null);
        }
        if (status == 400 || status == 422) {
            return new Rejected(
                    "embedding-refused", provider() + " refused to embed a part of this document (" + status + ").");
        }
        return new TransientFailure(
                "embedding-misconfigured",
                provider() + " responded with status " + status + ": its address or model is probably wrong.",
                null);
    }

    private TransientFailure unavailable(String what, @Nullable Throwable cause) {
        return new TransientFailure("embedding-unavailable", provider() + " " + what + ".", cause);
    }

    private TransientFailure unusable(String why) {
        return new TransientFailure(
                "embedding-answer-unusable", "The response of " + provider() + " " + why + ".", null);
    }

    private String provider() {
        return "The embedding provider " + provider;
    }
}
