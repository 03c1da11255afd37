package io.mivaa.batch.job.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class OpenJobsTests {

    private static final Duration TURN = Duration.ofMillis(200);

    private final Stores stores = new Stores();
    private final JdbcClient jdbc = stores.jdbc();
    private final OpenJobs openJobs = new OpenJobs(jdbc);

    @Test
    void countsWhatIsNotFinalOfAllAndOfOne() {
        stores.claim(stores.accept("a", "b", "c").queued().get(0));
        stores.cancellation().cancel(Stores.WORKSPACE, stores.accept("d").batch());
        stores.accept("e", "f");
        jdbc.sql("update batch set workspace = 'other' where total = 2").update();

        assertThat(openJobs.load(Stores.WORKSPACE)).isEqualTo(new OpenJobs.Load(5, 3));
    }

    @Test
    void isCheapWithThousandsOfOpenBatchesAmongManyThatAreFinal() {
        jdbc.sql("""
                        insert into batch (id, workspace, priority, options, total, queued, finished_at)
                        select gen_random_uuid(), 'w' || i % 7, 'NORMAL', '{}', 100,
                               case when i % 10 = 0 then 100 else 0 end, case when i % 10 > 0 then now() end
                          from generate_series(1, 50000) i
                        """).update();
        openJobs.load(Stores.WORKSPACE);

        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            assertThat(openJobs.load(new Workspace("w3")).all()).isEqualTo(500_000);
            fastest = Math.min(fastest, System.nanoTime() - start);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(fastest);
        System.out.printf("The open jobs of 5,000 batches among 50,000 were counted in %d ms%n", millis);

        assertThat(millis).isLessThan(100);
    }

    @Test
    void measuresHowFastJobsEnd() {
        Acceptance.Accepted batch = stores.accept("a", "b", "c", "d", "e", "f");
        assertThat(openJobs.drainPerSecond(null)).isZero();
        // One every two seconds.
        for (int i = 1; i <= 5; i++) {
            JobId job = batch.queued().get(i);
            stores.succeed(stores.claim(job));
            jdbc.sql("update job set finished_at = now() - :ago * interval '1 second' where id = :id")
                    .param("ago", 2 * i)
                    .param("id", job.value())
                    .update();
        }

        assertThat(openJobs.drainPerSecond(null)).isCloseTo(0.5, within(0.1));
        assertThat(openJobs.drainPerSecond(Stores.WORKSPACE)).isCloseTo(0.5, within(0.1));
        assertThat(openJobs.drainPerSecond(new Workspace("other"))).isZero();
    }

    @Test
    void doesNotTakeJobsThatWereRefusedOrCancelledForAQueueThatDrains() {
        stores.accept(
                Priority.NORMAL,
                java.util.List.of(
                        Stores.document("fine"),
                        Stores.document(null, "", Failure.invalidInput("empty-document", "Nothing in it."))));
        stores.cancellation().cancel(Stores.WORKSPACE, stores.accept("x", "y").batch());

        assertThat(openJobs.drainPerSecond(null)).isZero();
    }

    @Test
    void letsOneTransactionHaveItsTurnAtATimeButNotForEver() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        Thread first = new Thread(() -> stores.transactions().executeWithoutResult(status -> {
            openJobs.takeTurn(TURN);
            taken.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
        first.start();
        taken.await();

        Boolean second = stores.transactions().execute(status -> openJobs.takeTurn(TURN));
        end.countDown();
        first.join();
        Boolean third = stores.transactions().execute(status -> openJobs.takeTurn(TURN));

        assertThat(second).isFalse();
        assertThat(third).isTrue();
    }
}
