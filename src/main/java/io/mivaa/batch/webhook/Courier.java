package io.mivaa.batch.webhook;

import io.mivaa.batch.http.client.RetryAfter;
import io.mivaa.batch.webhook.Deliveries.Try;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends a delivery to its target. Redirects are not followed, only the status and Retry-After of the answer are read,
 * and the total time is limited, regardless of what the target does. Thread-safe.
 */
final class Courier implements AutoCloseable {

    private final Signatures signatures;
    private final Duration timeout;
    private final CloseableHttpClient http;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "webhook-timeout");
        thread.setDaemon(true);
        return thread;
    });

    Courier(Signatures signatures, Targets targets, WebhookSettings settings) {
        this.signatures = signatures;
        this.timeout = settings.timeout();
        this.http = client(targets, settings.concurrency(), Timeout.ofMilliseconds(timeout.toMillis()));
    }

    private static CloseableHttpClient client(Targets targets, int connections, Timeout most) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(targets)
                        .setMaxConnTotal(connections)
                        .setMaxConnPerRoute(connections)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(most)
                                .setSocketTimeout(most)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setConnectionRequestTimeout(most)
                        .setResponseTimeout(most)
                        .setProtocolUpgradeEnabled(false)
                        .build())
                // Every delivery gets a new connection, to an address that was checked for it.
                .setConnectionReuseStrategy(
                        (HttpRequest request,
                                HttpResponse response,
                                org.apache.hc.core5.http.protocol.HttpContext context) -> false)
                .setUserAgent("mivaa-batch")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .build();
    }

    /**
     * The outcome of a try.
     *
     * @param status null when there was no answer
     * @param error null when it was received
     * @param closed whether the target is forbidden
     * @param retryAfter the delay that the target asks for, null when it asks for none
     */
    record TargetResponse(
            @Nullable Integer status,
            @Nullable String error,
            boolean closed,
            @Nullable Duration retryAfter) {

        boolean isReceived() {
            return error == null;
        }

        private static TargetResponse failed(String error) {
            return new TargetResponse(null, error, false, null);
        }
    }

    /** Makes one try. */
    TargetResponse send(Try attempt) {
        HttpPost post;
        try {
            post = request(attempt);
        } catch (IllegalArgumentException e) {
            return new TargetResponse(null, "target-refused", true, null);
        }
        ScheduledFuture<?> end = clock.schedule(post::cancel, timeout.toMillis(), TimeUnit.MILLISECONDS);
        // The body is not read: a long answer is not waited for.
        try (ClassicHttpResponse response = http.executeOpen(null, post, null)) {
            return answer(response);
        } catch (Targets.Closed e) {
            return new TargetResponse(null, "target-refused", true, null);
        } catch (IOException e) {
            return TargetResponse.failed(post.isCancelled() ? "timeout" : reason(e));
        } finally {
            end.cancel(false);
        }
    }

    /** @throws IllegalArgumentException when the URL is not valid */
    private HttpPost request(Try attempt) {
        Delivery delivery = attempt.delivery();
        HttpPost post = new HttpPost(delivery.url());
        String id = delivery.id().toString();
        post.setHeader("webhook-id", id);
        post.setHeader("webhook-timestamp", Long.toString(attempt.epochSecond()));
        post.setHeader("webhook-signature", signatures.of(id, attempt.epochSecond(), delivery.payload()));
        post.setEntity(
                new StringEntity(delivery.payload(), ContentType.APPLICATION_JSON.withCharset(StandardCharsets.UTF_8)));
        return post;
    }

    private static String reason(IOException failure) {
        if (failure instanceof UnknownHostException) {
            return "unknown-host";
        }
        if (failure instanceof SSLException) {
            return "tls-failed";
        }
        if (failure instanceof InterruptedIOException) {
            return "timeout";
        }
        return failure instanceof ConnectException ? "connection-refused" : "connection-broken";
    }

    private static TargetResponse answer(ClassicHttpResponse response) {
        int status = response.getCode();
        if (status >= 200 && status < 300) {
            return new TargetResponse(status, null, false, null);
        }
        boolean waits = status == 429 || status == 503;
        return new TargetResponse(
                status,
                "http-status",
                false,
                waits ? RetryAfter.of(name -> value(response, name)).orElse(null) : null);
    }

    private static Optional<String> value(ClassicHttpResponse response, String name) {
        return Optional.ofNullable(response.getFirstHeader(name))
                .map(Header::getValue)
                .map(String::strip);
    }

    /** Aborts the deliveries in flight. */
    @Override
    public void close() {
        clock.shutdownNow();
        http.close(org.apache.hc.core5.io.CloseMode.IMMEDIATE);
    }
}
