package io.mivaa.batch.job.claim;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.job.outage.PostgresErrors;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Separate connections to PostgreSQL for what keeps an instance alive: renewing its lease, and checking which of its
 * claims stand. They work even if the service's own pool is used up or one of its connections hangs. Each statement is
 * its own transaction. Thread-safe.
 */
public final class Lifeline implements AutoCloseable {

    /** One for the heartbeat and one for the progress of running jobs; neither waits for the other. */
    private static final int CONNECTIONS = 2;

    private final HikariDataSource pool;
    private final Instances instances;
    private final HeldClaims claims;

    /**
     * @param service the service's own pool, whose database, user and driver settings are used
     * @param timeout of a statement, at least a second; well below the lease, so that a connection that hangs is given
     *     up in time to try another one
     * @throws IllegalArgumentException when the service's pool is not a Hikari pool
     */
    public Lifeline(DataSource service, Duration timeout) {
        this.pool = new HikariDataSource(config(unwrap(service), timeout));
        JdbcClient jdbc = PostgresErrors.client(pool);
        this.instances = new Instances(jdbc);
        this.claims = new HeldClaims(jdbc);
    }

    /** The instances, through these connections. */
    public Instances instances() {
        return instances;
    }

    /** The claims, through these connections. */
    public HeldClaims claims() {
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
            throw new IllegalArgumentException("the data source must be a Hikari pool", e);
        }
    }

    private static HikariConfig config(HikariConfig service, Duration timeout) {
        String seconds = Long.toString(Math.max(1, timeout.toSeconds()));
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
        // Do not fail here when the service starts during an outage: the first user of the database handles that.
        config.setInitializationFailTimeout(-1);
        return config;
    }
}
