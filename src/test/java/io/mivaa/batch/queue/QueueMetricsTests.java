package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.testkit.Stores;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.lookup.AbstractRoutingDataSource;

class QueueMetricsTests {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void showsNothingBeforeItHasLooked() {
        new QueueMetrics(new Stores().depths(), meters);

        assertThat(depth("normal")).isZero();
        assertThat(jobs("queued")).isZero();
    }

    @Test
    void tellsHowMuchWaitsInEachPriorityAndForHowLong() {
        Stores stores = new Stores();
        stores.accept("a", "b", "c");
        stores.accept(Priority.HIGH, List.of(Stores.document("d")));
        stores.claim(stores.accept("e").queued().get(0));
        stores.jdbc()
                .sql("update job set queued_at = now() - interval '90 seconds' where state = 'QUEUED'")
                .update();
        QueueMetrics metrics = new QueueMetrics(stores.depths(), meters);

        metrics.refreshOnSchedule();

        assertThat(depth("normal")).isEqualTo(3);
        assertThat(depth("high")).isEqualTo(1);
        assertThat(depth("low")).isZero();
        assertThat(meters.get("mivaa.queue.oldest.age")
                        .tag("priority", "normal")
                        .gauge()
                        .value())
                .isBetween(90.0, 150.0);
        assertThat(jobs("queued")).isEqualTo(4);
        assertThat(jobs("running")).isEqualTo(1);
        assertThat(jobs("dead")).isZero();
    }

    /** Of the time one part in fifty is spent on looking: after 200 ms of it the next look is due after ten seconds. */
    @Test
    void looksLessOftenWhereALookTakesLong() {
        Stores stores = new Stores();
        stores.accept("a");
        QueueMetrics metrics = metricsOnADatabaseThatTakes(Duration.ofMillis(200), stores);
        metrics.refreshOnSchedule();
        stores.accept("b");

        nanos.addAndGet(Duration.ofSeconds(5).toNanos() - 1);
        metrics.refreshOnSchedule();
        assertThat(depth("normal")).isEqualTo(1);
        nanos.addAndGet(1);
        metrics.refreshOnSchedule();
        assertThat(depth("normal")).isEqualTo(2);
    }

    @Test
    void looksEveryTimeWhereALookIsQuick() {
        Stores stores = new Stores();
        stores.accept("a");
        QueueMetrics metrics = metricsOnADatabaseThatTakes(Duration.ofMillis(100), stores);
        metrics.refreshOnSchedule();
        stores.accept("b");

        metrics.refreshOnSchedule();

        assertThat(depth("normal")).isEqualTo(2);
    }

    /** Two questions share the time. The schedule comes back every five seconds, so what is due then is due now. */
    private QueueMetrics metricsOnADatabaseThatTakes(Duration time, Stores stores) {
        DataSource slow = new DelegatingDataSource(stores.bean(DataSource.class)) {
            @Override
            public Connection getConnection() throws SQLException {
                nanos.addAndGet(time.toNanos() / 2);
                return super.getConnection();
            }
        };
        return new QueueMetrics(new Stores(slow).depths(), meters, nanos::get);
    }

    @Test
    void keepsItsNumbersWhilePostgresIsAway() {
        Stores stores = new Stores();
        stores.accept("a");
        Switch database = new Switch(stores.bean(DataSource.class));
        QueueMetrics metrics = new QueueMetrics(new Stores(database).depths(), meters);
        metrics.refreshOnSchedule();

        database.away = true;
        metrics.refreshOnSchedule();

        assertThat(depth("normal")).isEqualTo(1);
        assertThat(jobs("queued")).isEqualTo(1);
    }

    private double depth(String priority) {
        return meters.get("mivaa.queue.depth").tag("priority", priority).gauge().value();
    }

    private double jobs(String state) {
        return meters.get("mivaa.jobs").tag("state", state).gauge().value();
    }

    /** A database that can go away. */
    private static final class Switch extends AbstractRoutingDataSource {
        private volatile boolean away;

        Switch(DataSource there) {
            setTargetDataSources(java.util.Map.of(
                    true, new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none"), false, there));
            afterPropertiesSet();
        }

        @Override
        protected Object determineCurrentLookupKey() {
            return away;
        }
    }
}
