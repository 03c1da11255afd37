package io.mivaa.batch.job.claim;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.job.outage.PostgresErrors;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * Connections to PostgreSQL of their own for what keeps an instance alive: its lease, and the word on which of its
 * claims still stand. However many connections the rest of the service uses up, and however long one of them hangs, the
 * lease is renewed. What is reached through it commits statement by statement. Thread-safe.
 */
public final class Lifeline implements AutoCloseable {

    /** One for the heartbeat and one for the progress of what runs; neither waits for the other. */
    private static final int CONNECTIONS = 2;

    private final HikariDataSource pool;
    private final Instances instances;
    private final Claims claims;

    /**
     * @param service the service's own pool, whose database, user and driver settings are taken over
     * @param patience how long one statement may take, at least a second; well below the lease, so that a connection
     *     that hangs is given up in time for another
     * @throws IllegalArgumentException when that is no pool of Hikari's
     */
    public Lifeline(DataSource service, Duration patience, JsonMapper json) {
        this.pool = new HikariDataSource(config(unwrap(service), patience));
        JdbcClient jdbc = PostgresErrors.client(pool);
        this.instances = new Instances(jdbc);
        this.claims = new Claims(jdbc, json);
    }

    public Instances instances() {
        return instances;
    }

    public Claims claims() {
        return claims;
    }

    @Override
    public void close() {
        pool.close();
    }

    private static HikariConfig unwrap(DataSource service) {
        try {
            return service.unwrap(HikariDataSource.class);
        } catch (SQLException e) {
            throw new IllegalArgumentException("the data source must be a pool of Hikari's", e);
        }
    }

    private static HikariConfig config(HikariConfig service, Duration patience) {
        String seconds = Long.toString(Math.max(1, patience.toSeconds()));
        HikariConfig config = new HikariConfig();
        if (service.getDriverClassName() != null) {
            config.setDriverClassName(service.getDriverClassName());
        }
        config.setPoolName("lifeline");
        config.setJdbcUrl(service.getJdbcUrl());
        config.setUsername(service.getUsername());
        config.setPassword(service.getPassword());
        config.setSchema(service.getSchema());
        config.setConnectionInitSql(service.getConnectionInitSql());
        config.getDataSourceProperties().putAll(service.getDataSourceProperties());
        config.addDataSourceProperty("socketTimeout", seconds);
        config.addDataSourceProperty("connectTimeout", seconds);
        config.setMaximumPoolSize(CONNECTIONS);
        config.setConnectionTimeout(2_000);
        config.setValidationTimeout(1_000);
        // A start during an outage is the business of whoever needs the database first.
        config.setInitializationFailTimeout(-1);
        return config;
    }
}
