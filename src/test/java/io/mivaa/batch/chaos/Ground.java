package io.mivaa.batch.chaos;

import io.mivaa.batch.embedded.EmbeddedPostgresServer;
import io.mivaa.batch.embedded.EmbeddedRedisServer;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RedisAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.data.redis.connection.DataType;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL and a Redis of their own for a run, which may be killed and frozen: a killed one is started again on the
 * same port, PostgreSQL with the same data and Redis empty. Thread-safe.
 */
final class Ground implements AutoCloseable {

    private final Path folder;
    private final Path classes;
    private final EmbeddedPostgresServer postgres;
    private final EmbeddedRedisServer redis;
    private final RealServers.Database database;
    private final RedisAccess redisAccess;
    private final AtomicBoolean closed = new AtomicBoolean();

    Ground() {
        try {
            this.folder = Files.createTempDirectory("mivaa-chaos-");
            this.classes = copyOwnClasses();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.postgres = EmbeddedPostgresServer.start(
                folder.resolve("postgres"), RealServers.binaries(), List.of("max_connections=200"));
        this.redis = EmbeddedRedisServer.start(folder.resolve("redis"), RealServers.binaries(), List.of());
        this.database = database(postgres.port());
        this.redisAccess = new RedisAccess(redis.uri());
        // The servers do not end with their parent; a run that is broken off must not leave them behind, or frozen.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** Past all proxies. */
    RealServers.Database database() {
        return database;
    }

    /** Through a port that leads to PostgreSQL. */
    RealServers.Database database(int port) {
        return new RealServers.Database(
                "jdbc:postgresql://127.0.0.1:" + port + "/mivaa", postgres.username(), postgres.password());
    }

    /** Through a port that leads to Redis. */
    String redisUri(int port) {
        return "redis://:" + redis.password() + "@127.0.0.1:" + port;
    }

    int postgresPort() {
        return postgres.port();
    }

    int redisPort() {
        return redis.port();
    }

    StringRedisTemplate redis() {
        return redisAccess.template();
    }

    void flushRedis() {
        redisAccess.flush();
    }

    /** The server with everything it has started. */
    List<ProcessHandle> postgresProcesses() {
        return Signals.family(postgres.pid());
    }

    List<ProcessHandle> redisProcesses() {
        return Signals.family(redis.pid());
    }

    /** Main classes for processes of the service; nothing else of the tests, whose components are not the service's. */
    Path classes() {
        return classes;
    }

    /** Lists, sets and rings that hold something; counters and the like are not work and may stay. */
    Map<String, Long> redisLeft() {
        StringRedisTemplate template = redis();
        Map<String, Long> left = new HashMap<>();
        Set<String> keys = template.keys("*");
        for (String key : keys) {
            long size = size(template, key);
            if (size > 0) {
                left.put(key, size);
            }
        }
        return left;
    }

    private static long size(StringRedisTemplate template, String key) {
        DataType type = template.type(key);
        Long size =
                switch (type) {
                    case LIST -> template.opsForList().size(key);
                    case SET -> template.opsForSet().size(key);
                    case ZSET -> template.opsForZSet().size(key);
                    default -> 0L;
                };
        return size == null ? 0 : size;
    }

    /** As {@link #redisLeft}, after waiting for hints that nobody needs any more to be taken and dropped. */
    Map<String, Long> redisLeftAfter(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Map<String, Long> left = redisLeft();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            Patience.pause(Duration.ofMillis(200));
            left = redisLeft();
        }
        return left;
    }

    private Path copyOwnClasses() throws IOException {
        String own = Ground.class.getPackageName().replace('.', '/');
        Path from = Path.of("target", "test-classes").resolve(own);
        Path to = folder.resolve("classes");
        FileSystemUtils.copyRecursively(from, to.resolve(own));
        return to;
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        Signals.thaw(postgresProcesses());
        Signals.thaw(redisProcesses());
        redisAccess.close();
        try (redis) {
            postgres.close();
        } finally {
            try {
                FileSystemUtils.deleteRecursively(folder);
            } catch (IOException e) {
                System.err.println("The folder of the servers stays: " + e);
            }
        }
    }
}
