package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Lifeline;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** The lease while nobody else gets a connection. */
class LifelineTests extends PoolFixture {

    @Test
    void keepsItsLeaseAndItsJobsThoughEveryConnectionIsInUse() throws Exception {
        Stores stores = new Stores();
        HikariDataSource service = stores.bean(DataSource.class).unwrap(HikariDataSource.class);
        Queues queues = queues(stores, RealServers.redisUri());
        Lifeline lifeline = new Lifeline(service, Duration.ofSeconds(1));
        opened.add(lifeline);
        Pool pool = pool(stores, queues, lifeline, "lease", "1s", "heartbeat", "100ms", "progress-every", "50ms");
        CountDownLatch read = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> {
            Bench.await(go);
            progress.pagesRead(5);
            read.countDown();
            Bench.await(new CountDownLatch(1));
            progress.pagesRead(6);
        };
        Accepted batch = accept(stores, queues, 1);
        pool.pool().start();
        Bench.soon().until(() -> stores.job(batch.queued().get(0)).state() == JobState.RUNNING);

        List<Connection> held = new ArrayList<>();
        for (int i = 0; i < service.getMaximumPoolSize(); i++) {
            held.add(service.getConnection());
        }
        JdbcClient look = JdbcClient.create(new SingleConnectionDataSource(held.get(0), true));
        go.countDown();
        Bench.await(read);
        Awaitility.await()
                .during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(10))
                .until(() -> pool.heartbeat().leaseStands()
                        && look.sql("select lease_until > now() from worker_instance")
                                .query(Boolean.class)
                                .single());
        assertThat(look.sql("select pages from job").query(Integer.class).single())
                .isEqualTo(5);
        // And a job that was cancelled is noticed.
        look.sql("update job set state = 'CANCELLED', stage = null, claimed_by = null, finished_at = now()")
                .update();
        Bench.soon().until(() -> pool.bench().attempts("lost", "none") == 1);
        for (Connection connection : held) {
            connection.close();
        }

        assertThat(stores.job(batch.queued().get(0)).crashes()).isZero();
        assertThat(pool.bench().fenced("progress")).isEqualTo(1);
    }

    @Test
    void saysWhatLifelinesAreMadeFrom() {
        assertThatThrownBy(
                        () -> new Lifeline(new DriverManagerDataSource("jdbc:postgresql:none"), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Hikari");
    }
}
