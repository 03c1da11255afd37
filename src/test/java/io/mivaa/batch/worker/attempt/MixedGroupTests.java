package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.PoolFixture;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Results that PostgreSQL refuses, ready at the same moment as many that it takes: only they pay. */
class MixedGroupTests extends PoolFixture {

    private static final int WORKERS = 16;

    @Test
    void letsNoJobPayForARowThatPostgresRefuses() {
        Stores stores = new Stores();
        stores.jdbc()
                .sql("alter table result add constraint none check (text not like '%refused%')")
                .update();

        paysAlone(stores, "refused");
    }

    @Test
    void letsNoJobPayForATextThatPostgresCannotHold() {
        paysAlone(new Stores(), "a null byte: \0");
    }

    private void paysAlone(Stores stores, String bad) {
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(
                stores,
                queues,
                "concurrency",
                Integer.toString(WORKERS),
                "retry.internal.attempts",
                "2",
                "retry.internal.base",
                "10ms");
        // The first of them come to their end at the same moment, and so do the others, because they started so.
        CountDownLatch together = new CountDownLatch(WORKERS);
        pool.bench().steps.parsing = (text, file, progress) -> {
            together.countDown();
            Bench.await(together);
        };
        Accepted batch = stores.accept(IntStream.range(0, 4 * WORKERS)
                .mapToObj(i -> i % WORKERS == 5 ? bad + " " + i : "good " + i)
                .toArray(String[]::new));
        pool.pool().start();

        Bench.soon()
                .atMost(java.time.Duration.ofSeconds(60))
                .until(() -> stores.batch(batch.batch()).state().terminal());

        List<JobId> all = batch.queued();
        for (int i = 0; i < all.size(); i++) {
            Job job = stores.job(all.get(i));
            if (i % WORKERS == 5) {
                assertThat(job.state()).isEqualTo(JobState.DEAD);
                assertThat(job.attempt()).isEqualTo(2);
                assertThat(pool.bench().error(job.id())).startsWith("INTERNAL internal");
            } else {
                assertThat(job.state())
                        .as("%d: %s", i, pool.bench().error(job.id()))
                        .isEqualTo(JobState.SUCCEEDED);
                assertThat(job.attempt()).isEqualTo(1);
            }
        }
        assertThat(outcomes(stores)).containsExactlyInAnyOrder("SUCCEEDED 60", "RETRYING 4", "DEAD 4");
        assertThat(pool.bench().results()).isEqualTo(60);
    }
}
