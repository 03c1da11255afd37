package io.mivaa.batch.embedded;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the servers that are needed, both at the same time. It is closed after everything that uses them. Thread-safe. */
final class EmbeddedServers implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedServers.class);

    private final Optional<CompletableFuture<EmbeddedPostgresServer>> postgres;
    private final Optional<CompletableFuture<EmbeddedRedisServer>> redis;

    EmbeddedServers(EmbeddedSettings settings, ZeroSetup needed) {
        this.postgres = starting(needed.postgres(), "postgres", () -> startPostgres(settings));
        this.redis = starting(needed.redis(), "redis", () -> startRedis(settings));
    }

    /** Waits until it answers. */
    EmbeddedPostgresServer postgres() {
        return started(postgres);
    }

    /** Waits until it answers. */
    EmbeddedRedisServer redis() {
        return started(redis);
    }

    @Override
    public void close() {
        redis.ifPresent(EmbeddedServers::stop);
        postgres.ifPresent(EmbeddedServers::stop);
    }

    private static EmbeddedPostgresServer startPostgres(EmbeddedSettings settings) {
        long began = System.nanoTime();
        var server = EmbeddedPostgresServer.start(
                settings.directory().resolve("postgres"),
                settings.programs(),
                List.of(
                        "shared_buffers=" + settings.sharedBuffers().toMegabytes() + "MB",
                        "max_connections=" + settings.maxConnections()));
        log.info(
                "Zero set-up: spring.datasource.url is not configured, so the service runs its own PostgreSQL on"
                        + " 127.0.0.1:{} with its data in {} (ready after {} ms).",
                server.port(),
                settings.directory().resolve("postgres"),
                millisSince(began));
        return server;
    }

    private static EmbeddedRedisServer startRedis(EmbeddedSettings settings) {
        long began = System.nanoTime();
        var server = EmbeddedRedisServer.start(settings.directory().resolve("redis"), settings.programs(), List.of());
        log.info(
                "Zero set-up: spring.data.redis.url is not configured, so the service runs its own Redis on"
                        + " 127.0.0.1:{} (ready after {} ms).",
                server.port(),
                millisSince(began));
        return server;
    }

    private static long millisSince(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    private static <T> Optional<CompletableFuture<T>> starting(boolean needed, String name, Supplier<T> start) {
        if (!needed) {
            return Optional.empty();
        }
        var future = new CompletableFuture<T>();
        // A thread of its own: the common pool may have only one, and both servers start at the same time.
        new Thread(() -> complete(future, start), "embedded-start-" + name).start();
        return Optional.of(future);
    }

    private static <T> void complete(CompletableFuture<T> future, Supplier<T> start) {
        try {
            future.complete(start.get());
        } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
    }

    private static <T> T started(Optional<CompletableFuture<T>> server) {
        try {
            return server.orElseThrow().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof EmbeddedServerFailure failure) {
                throw failure;
            }
            throw e;
        }
    }

    /** Also waits for a start in progress, so that no server outlives a failed start of the service. */
    private static void stop(CompletableFuture<? extends AutoCloseable> server) {
        try {
            server.join().close();
        } catch (CompletionException e) {
            log.debug("An embedded server did not start, so it is not stopped.", e);
        } catch (Exception e) {
            log.warn("An embedded server did not stop cleanly: {}", e.getMessage());
        }
    }
}
