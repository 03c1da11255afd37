package io.mivaa.batch.commandline.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** HTTP requests to one service, with its key and its JSON. Thread-safe. */
final class ServiceHttp {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);

    private final URI base;
    private final @Nullable String apiKey;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_LIMIT)
            .build();
    private final JsonMapper json = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    ServiceHttp(URI base, @Nullable String apiKey) {
        this.base = base;
        this.apiKey = apiKey;
    }

    URI base() {
        return base;
    }

    JsonMapper json() {
        return json;
    }

    /** @param path below the base, with its query */
    HttpRequest.Builder request(String path, Duration timeout) {
        var request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(timeout)
                .header("Accept", "application/json, application/problem+json");
        if (apiKey != null) {
            request.header("Authorization", "Bearer " + apiKey);
        }
        return request;
    }

    /** @throws Refused when the response has none of the expected statuses */
    ServiceResponse send(HttpRequest.Builder request, int... expected) throws IOException, InterruptedException {
        ServiceResponse response = ServiceResponse.of(exchange(request, BodyHandlers.ofByteArray()));
        response.expect(json, expected);
        return response;
    }

    <T> HttpResponse<T> exchange(HttpRequest.Builder request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            throw described(e);
        }
    }

    /** Sends the request on another thread. The response may have any status. */
    CompletableFuture<ServiceResponse> start(HttpRequest.Builder request) {
        return http.sendAsync(request.build(), BodyHandlers.ofByteArray()).thenApply(ServiceResponse::of);
    }

    /** @throws TimeoutException when there is no response yet */
    ServiceResponse await(CompletableFuture<ServiceResponse> response, Duration limit)
            throws IOException, InterruptedException, TimeoutException {
        try {
            return response.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? described(failure) : new IOException(e.getCause());
        }
    }

    /** The JDK gives no message when it cannot connect. */
    private IOException described(IOException failure) {
        return failure instanceof ConnectException
                ? new ConnectException("no connection to " + base.getAuthority()
                        + (failure.getMessage() == null ? "" : " (" + failure.getMessage() + ")"))
                : failure;
    }
}
