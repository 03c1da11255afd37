package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.testkit.Queues;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Bench;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Fair turns, down to the documents that worker threads begin. */
class FairWorkersTests extends PoolFixture {

    private static final int WORKERS = 4;

    @Test
    void beginsABatchOfTenWithinTwentyFiveDocumentsThoughThousandsWait() {
        Stores stores = new Stores();
        Queues queues = queues(stores, RealServers.redisUri());
        Pool pool = pool(stores, queues, "concurrency", Integer.toString(WORKERS));
        List<String> begun = new CopyOnWriteArrayList<>();
        CountDownLatch within = new CountDownLatch(WORKERS);
        CountDownLatch go = new CountDownLatch(1);
        pool.bench().steps.parsing = (text, file, progress) -> {
            begun.add(text);
            within.countDown();
            Bench.await(go);
        };
        Accepted large = accept(stores, queues, 5_000);
        pool.pool().start();
        Bench.await(within);

        Accepted small =
                stores.accept(IntStream.range(0, 10).mapToObj(i -> "small " + i).toArray(String[]::new));
        queues.queue().push(Stores.lane(small.batch(), Priority.NORMAL), small.queued());
        go.countDown();
        awaitAll(stores, small);

        List<String> order = List.copyOf(begun);
        int last = IntStream.range(0, order.size())
                .filter(i -> order.get(i).startsWith("small"))
                .max()
                .orElseThrow();
        System.out.printf("The last of ten was begun as document %d after they were accepted%n", last + 1 - WORKERS);
        assertThat(last + 1 - WORKERS).isLessThanOrEqualTo(25);
        assertThat(stores.batch(large.batch()).counts().succeeded()).isLessThan(5_000);
        assertThat(order.subList(WORKERS, last)).as("the others go on").anyMatch(text -> text.startsWith("document"));
    }
}
