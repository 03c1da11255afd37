package io.mivaa.batch.testkit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.test.context.DynamicPropertyRegistry;

/**
 * One real PostgreSQL and one real Redis per test JVM, each started when it is first asked for and gone with the JVM.
 * Each test takes a database of its own, which costs some ten milliseconds.
 *
 * <ul>
 *   <li>{@code TEST_DATABASE_URL} (a JDBC URL with user and password, who may create databases) and
 *       {@code TEST_REDIS_URL} in the environment: those servers;
 *   <li>{@code -Dmivaa.test.servers=testcontainers}: containers, with pgvector;
 *   <li>otherwise the embedded servers, which need nothing installed.
 * </ul>
 *
 * Thread-safe.
 */
public final class RealServers {

    /** Neither UTC nor a whole number of hours away from it, so that nothing works by luck. */
    public static final String TIME_ZONE = "Pacific/Chatham";

    private static final String MIGRATIONS = "db/migration";
    private static final int POOL_SIZE = 8;
    private static final int REDIS_DATABASES = 16;

    /** Surefire's number of this JVM, from 1. */
    private static final int FORK = Integer.getInteger("mivaa.test.fork", 1);

    private static final AtomicInteger redisDatabase = new AtomicInteger();
    private static @Nullable PostgresServer postgres;
    private static @Nullable String redis;
    private static @Nullable String migratedTemplate;

    private RealServers() {}

    /**
     * How to reach one database.
     *
     * @param jdbcUrl without user and password
     */
    public record Database(String jdbcUrl, String username, String password) {

        public Connection connect() throws SQLException {
            return DriverManager.getConnection(jdbcUrl, username, password);
        }

        /** A small pool, open until the JVM ends; idle it holds no connection for long. */
        public DataSource dataSource() {
            var config = new HikariConfig();
            config.setJdbcUrl(jdbcUrl);
            config.setUsername(username);
            config.setPassword(password);
            config.setMaximumPoolSize(POOL_SIZE);
            config.setMinimumIdle(0);
            config.setIdleTimeout(10_000);
            config.setConnectionInitSql("set time zone '" + TIME_ZONE + "'");
            return new HikariDataSource(config);
        }
    }

    /** A new database with all migrations applied. */
    public static DataSource freshDatabase() {
        return migratedDatabase().dataSource();
    }

    /** A new database with all migrations applied, for what makes its own connections. */
    public static synchronized Database migratedDatabase() {
        if (migratedTemplate == null) {
            migratedTemplate = createDatabase("template1");
            migrate(database(migratedTemplate));
        }
        return database(createDatabase(migratedTemplate));
    }

    /** A new database with nothing in it. */
    public static Database emptyDatabase() {
        return database(createDatabase("template1"));
    }

    /**
     * Returns a Redis database and empties it. There are sixteen, used in turn: the seventeenth call returns the first
     * database again, emptied. So call this once per test class or test, and not from many tests at a time.
     */
    public static String redisUri() {
        String uri = redisServer() + "/" + nextRedisDatabase();
        RedisFlush.flush(uri);
        return uri;
    }

    /** Two test JVMs share a Redis from the environment, so each uses one half of its databases. */
    private static int nextRedisDatabase() {
        int next = redisDatabase.getAndIncrement();
        if (!RedisSource.isGiven()) {
            return Math.floorMod(next, REDIS_DATABASES);
        }
        int half = REDIS_DATABASES / 2;
        return (FORK - 1) % 2 * half + Math.floorMod(next, half);
    }

    /**
     * For tests of the whole application: an empty database, which it migrates itself, and an empty Redis.
     * <pre>{@code
     * @DynamicPropertySource
     * static void servers(DynamicPropertyRegistry registry) {
     *     RealServers.properties(registry);
     * }
     * }</pre>
     */
    public static void properties(DynamicPropertyRegistry registry) {
        Database database = emptyDatabase();
        String redisUri = redisUri();
        registry.add("spring.datasource.url", database::jdbcUrl);
        registry.add("spring.datasource.username", database::username);
        registry.add("spring.datasource.password", database::password);
        registry.add("spring.data.redis.url", () -> redisUri);
        // Applications live on for tests to come, and databases of Redis are used again: none takes another's hints.
        String prefix = "test-" + UUID.randomUUID();
        registry.add("mivaa.queue.prefix", () -> prefix);
    }

    /** Where the embedded servers' programs lie unpacked, for tests that start servers of their own to hurt them. */
    public static Path binaries() {
        return Path.of("target", "embedded-binaries").toAbsolutePath();
    }

    private static Database database(String name) {
        return postgresServer().database(name);
    }

    private static void migrate(Database database) {
        if (RealServers.class.getClassLoader().getResource(MIGRATIONS) == null) {
            return;
        }
        Flyway.configure()
                .dataSource(database.jdbcUrl(), database.username(), database.password())
                .locations("classpath:" + MIGRATIONS)
                .load()
                .migrate();
    }

    private static String createDatabase(String template) {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        PostgresServer server = postgresServer();
        try (Connection connection = server.administration().connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name + " template " + template + " " + server.strategy());
        } catch (SQLException e) {
            throw new IllegalStateException("No test database can be created in " + server, e);
        }
        server.created(name);
        return name;
    }

    private static synchronized PostgresServer postgresServer() {
        if (postgres == null) {
            postgres = PostgresServer.start();
        }
        return postgres;
    }

    private static synchronized String redisServer() {
        if (redis == null) {
            redis = RedisSource.start();
        }
        return redis;
    }
}
