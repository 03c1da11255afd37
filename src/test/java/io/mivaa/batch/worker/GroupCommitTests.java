package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.testkit.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;

/** Successes that are ready at a time, and the one among them that must not cost the others anything. */
class GroupCommitTests {

    private final Stores stores = new Stores();
    private final Bench bench = new Bench(stores);
    private final Turnstile turnstile = new Turnstile(stores.transactions());
    private final Workbench together = bench.with(turnstile);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        turnstile.open.countDown();
        threads.shutdownNow();
        bench.close();
    }

    @Test
    void commitsTogetherWhatBecomesReadyMeanwhile() throws Exception {
        List<JobId> jobs = stores.accept("one", "two", "three", "four", "five").queued();

        settleAllWhileTheFirstIsCommitted(jobs);

        assertThat(jobs).allMatch(job -> stores.job(job).state() == JobState.SUCCEEDED);
        assertThat(turnstile.transactions).hasValue(2);
        assertThat(bench.results()).isEqualTo(5);
    }

    @Test
    void countsABatchRightThoughItsJobsWereSettledTogether() throws Exception {
        var batch = stores.accept("one", "two", "three");

        settleAllWhileTheFirstIsCommitted(batch.queued());

        assertThat(stores.batch(batch.batch()).counts().succeeded()).isEqualTo(3);
        assertThat(stores.batch(batch.batch()).state().name()).isEqualTo("SUCCEEDED");
    }

    @Test
    void letsNoJobPayForTheLostClaimOfAnother() throws Exception {
        List<JobId> jobs = stores.accept("one", "two", "three", "four").queued();
        List<Attempt> attempts = attempts(jobs);
        stores.jobs().cancel(Stores.WORKSPACE, jobs.get(2));

        settle(attempts);

        assertThat(jobs.stream().map(job -> stores.job(job).state()))
                .containsExactly(JobState.SUCCEEDED, JobState.SUCCEEDED, JobState.CANCELLED, JobState.SUCCEEDED);
        assertThat(bench.results()).isEqualTo(3);
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
        assertThat(bench.attempts("succeeded", "none")).isEqualTo(3);
    }

    @Test
    void publishesTheLatestOfTwoJobsForOneDocument() throws Exception {
        var documents = IntStream.range(0, 3)
                .mapToObj(i -> Stores.document("sheet-7", "text " + i, null))
                .toList();
        List<JobId> jobs =
                stores.accept(io.mivaa.batch.job.Priority.NORMAL, documents).queued();

        settleAllWhileTheFirstIsCommitted(jobs);

        assertThat(stores.jdbc()
                        .sql("select job_id from document")
                        .query(java.util.UUID.class)
                        .list())
                .containsExactly(jobs.get(2).value());
    }

    @Test
    void commitsALargeDocumentWithoutKeepingOthersWaiting() {
        String large = IntStream.range(0, 65).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));
        JobId job = stores.accept(large).queued().get(0);
        turnstile.open.countDown();

        bench.attempt(job, turnstile).run();

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(stores.job(job).chunks()).isEqualTo(65);
    }

    @Test
    void letsNobodyWaitForARowThatSomebodyHolds() throws Exception {
        List<JobId> jobs = stores.accept("one", "two", "three").queued();
        List<Attempt> attempts = attempts(jobs);
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        Future<?> holder = threads.submit(() -> stores.transactions().executeWithoutResult(status -> {
            stores.jdbc()
                    .sql("select id from job where id = :id for update")
                    .param("id", jobs.get(2).value())
                    .query(java.util.UUID.class)
                    .single();
            held.countDown();
            Bench.await(free);
        }));
        Bench.await(held);

        Future<?> settling = threads.submit(() -> {
            settle(attempts);
            return null;
        });

        Bench.soon()
                .until(() -> jobs.subList(0, 2).stream()
                        .allMatch(job -> stores.job(job).state() == JobState.SUCCEEDED));
        assertThat(stores.job(jobs.get(2)).state()).isEqualTo(JobState.RUNNING);
        free.countDown();
        holder.get(20, TimeUnit.SECONDS);
        settling.get(20, TimeUnit.SECONDS);
        assertThat(stores.job(jobs.get(2)).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void triesAgainAloneWhenTheDatabaseWasAwayForTheGroup() throws Exception {
        List<JobId> jobs = stores.accept("one", "two", "three").queued();
        turnstile.failures.set(2);

        settleAllWhileTheFirstIsCommitted(jobs);

        assertThat(jobs).allMatch(job -> stores.job(job).state() == JobState.SUCCEEDED);
        assertThat(stores.jdbc()
                        .sql("select max(attempt) from job")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    private void settleAllWhileTheFirstIsCommitted(List<JobId> jobs) throws Exception {
        settle(attempts(jobs));
    }

    /** All on one group, with transactions that the test has in hand. */
    private List<Attempt> attempts(List<JobId> jobs) {
        return jobs.stream()
                .map(job -> new Attempt(stores.claim(job), together))
                .toList();
    }

    /** The first goes to its commit and is held there until all others are ready for theirs. */
    private void settle(List<Attempt> attempts) throws Exception {
        List<Future<?>> running = new ArrayList<>();
        running.add(threads.submit(attempts.get(0)));
        assertThat(turnstile.reached.await(20, TimeUnit.SECONDS)).isTrue();
        attempts.subList(1, attempts.size()).forEach(attempt -> running.add(threads.submit(attempt)));
        Bench.soon().until(() -> together.commits().waiting() == attempts.size() - 1);
        turnstile.open.countDown();
        for (Future<?> attempt : running) {
            attempt.get(20, TimeUnit.SECONDS);
        }
    }

    /** Holds the first transaction until it is opened, and can fail some before they begin. */
    private static final class Turnstile implements TransactionOperations {

        private final TransactionOperations real;
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private final AtomicInteger transactions = new AtomicInteger();
        private final AtomicInteger failures = new AtomicInteger();

        Turnstile(TransactionOperations real) {
            this.real = real;
        }

        @Override
        public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
            reached.countDown();
            await();
            transactions.incrementAndGet();
            if (failures.getAndDecrement() > 0) {
                throw new DataAccessResourceFailureException("away");
            }
            return real.execute((TransactionStatus status) -> action.doInTransaction(status));
        }

        private void await() {
            try {
                assertThat(open.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
