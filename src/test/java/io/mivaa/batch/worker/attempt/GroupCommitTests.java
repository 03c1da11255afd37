package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.testkit.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionOperations;

/** Successes that are ready at a time, and the one among them that must not cost the others anything. */
@ExtendWith(OutputCaptureExtension.class)
class GroupCommitTests {

    private final Stores stores = new Stores();
    private final Bench bench = new Bench(stores);
    private final Turnstile turnstile = new Turnstile(stores.transactions());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService committer = Executors.newSingleThreadExecutor();
    private final Workbench together = bench.with(turnstile, committer);
    private final AtomicInteger over = new AtomicInteger();

    @AfterEach
    void end() {
        turnstile.open.countDown();
        threads.shutdownNow();
        committer.shutdownNow();
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
        stores.cancellation().cancel(Stores.WORKSPACE, jobs.get(2));

        settle(attempts);

        assertThat(jobs.stream().map(job -> stores.job(job).state()))
                .containsExactly(JobState.SUCCEEDED, JobState.SUCCEEDED, JobState.CANCELLED, JobState.SUCCEEDED);
        assertThat(bench.results()).isEqualTo(3);
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
        assertThat(bench.attempts("succeeded", "none")).isEqualTo(3);
    }

    @Test
    void findsTheOneThatPostgresRefusesAmongGoodOnes() throws Exception {
        List<JobId> jobs =
                stores.accept("one", "two", "three", "four", "five", "six").queued();
        stores.jdbc()
                .sql("alter table chunk add constraint none check (text <> 'four')")
                .update();

        settleAllWhileTheFirstIsCommitted(jobs);

        assertThat(jobs.stream().map(job -> stores.job(job).state()))
                .containsExactly(
                        JobState.SUCCEEDED,
                        JobState.SUCCEEDED,
                        JobState.SUCCEEDED,
                        JobState.RETRYING,
                        JobState.SUCCEEDED,
                        JobState.SUCCEEDED);
        assertThat(bench.error(jobs.get(3))).startsWith("INTERNAL internal");
        assertThat(bench.results()).isEqualTo(5);
        assertThat(stores.jdbc()
                        .sql("select max(attempt) from ended_attempt")
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void givesBackAJobWhoseResultToReuseIsGone() throws Exception {
        bench.run(stores.accept("same").queued().get(0));
        List<JobId> jobs = stores.accept("one", "same").queued();
        List<Attempt> attempts = attempts(jobs);
        stores.jdbc().sql("delete from document").update();
        stores.jdbc().sql("delete from batch where succeeded > 0").update();
        stores.jdbc().sql("delete from result").update();

        settle(attempts);

        assertThat(jobs.stream().map(job -> stores.job(job).state()))
                .containsExactly(JobState.SUCCEEDED, JobState.QUEUED);
        assertThat(stores.job(jobs.get(1)).attempt()).isZero();
        assertThat(bench.attempts("handed_back", "none")).isEqualTo(1);
    }

    @Test
    void leavesAJobToOthersWhenNoThreadSettlesItAnyMore() throws Exception {
        List<JobId> jobs = stores.accept("one", "two").queued();
        Executor none = task -> {
            throw new RejectedExecutionException("shut down");
        };
        List<Attempt> attempts = jobs.stream()
                .map(job -> new Attempt(stores.claim(job), together, none, attempt -> over.incrementAndGet()))
                .toList();
        stores.cancellation().cancel(Stores.WORKSPACE, jobs.get(1));

        settle(attempts);

        assertThat(stores.job(jobs.get(0)).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
        assertThat(bench.busy()).isZero();
    }

    @Test
    void failsTheAttemptWhoseOutcomeNobodyTakes() {
        JobId job = stores.accept("one").queued().get(0);
        Workbench closed = bench.with(stores.transactions(), task -> {
            throw new RejectedExecutionException("shut down");
        });

        Bench.attempt(stores.claim(job), closed).run();

        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(closed.commits().waiting()).isZero();
    }

    @Test
    void doesNotFailAnAttemptWhoseOutcomeAnotherTurnHasTakenAlong() {
        JobId job = stores.accept("one").queued().get(0);
        Workbench closing = bench.with(stores.transactions(), turn -> {
            turn.run();
            throw new RejectedExecutionException("shut down");
        });

        Bench.attempt(stores.claim(job), closing).run();

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(bench.attempts("succeeded", "none")).isEqualTo(1);
        assertThat(bench.attempts("retrying", "internal")).isZero();
    }

    @Test
    void leavesWhatIsTooMuchForOneTransactionToTheNext() {
        List<JobId> jobs = stores.accept(Stores.WORKSPACE, Priority.NORMAL, 129).queued();
        List<Runnable> turns = new ArrayList<>();
        var commits = new GroupCommit(bench.workbench.outcomes(), turns::add);
        List<GroupCommit.Verdict> told = new ArrayList<>();
        for (Claim claim : stores.claims().take(jobs, stores.instance(), Claims.ANY_CRASHES)) {
            commits.submit(new Outcome(claim, null, "unknown", Map.of()), told::add);
        }

        turns.get(0).run();
        assertThat(told).hasSize(128);
        assertThat(commits.waiting()).isEqualTo(1);
        turns.get(1).run();
        assertThat(told).hasSize(129);
        assertThat(commits.waiting()).isZero();
    }

    @Test
    void letsWhoeverFindsNoRoomWaitUntilSomethingIsCommitted() throws Exception {
        JobId job = stores.accept("one").queued().get(0);
        var outcome = new Outcome(stores.claim(job), null, "unknown", Map.of());
        Queue<Runnable> turns = new ConcurrentLinkedQueue<>();
        var commits = new GroupCommit(bench.workbench.outcomes(), turns::add);
        for (int i = 0; i < 1024; i++) {
            commits.submit(outcome, verdict -> {});
        }

        Thread late = new Thread(() -> commits.submit(outcome, verdict -> {}));
        late.start();

        Bench.soon().until(() -> late.getState() == Thread.State.WAITING);
        assertThat(commits.waiting()).isEqualTo(1024);
        turns.remove().run();
        late.join(20_000);
        assertThat(late.isAlive()).isFalse();
        assertThat(commits.waiting()).isEqualTo(1024 - 128 + 1);
        turns.forEach(Runnable::run);
        assertThat(commits.waiting()).isZero();
    }

    @Test
    void tellsTheOthersThoughOneOfThemDoesNotListen(CapturedOutput output) {
        List<JobId> jobs = stores.accept("one", "two").queued();
        List<Runnable> turns = new ArrayList<>();
        var commits = new GroupCommit(bench.workbench.outcomes(), turns::add);
        List<GroupCommit.Verdict> told = new ArrayList<>();
        for (JobId job : jobs) {
            Claim claim = stores.claim(job);
            commits.submit(new Outcome(claim, null, "unknown", Map.of()), verdict -> {
                told.add(verdict);
                if (told.size() == 1) {
                    throw new IllegalStateException("deaf");
                }
            });
        }

        turns.forEach(Runnable::run);

        assertThat(told).containsExactly(new GroupCommit.Verdict(false, null), new GroupCommit.Verdict(false, null));
        assertThat(output).contains("failed to process its commit");
    }

    @Test
    void publishesTheLatestOfTwoJobsForOneDocument() throws Exception {
        var documents = IntStream.range(0, 3)
                .mapToObj(i -> Stores.document("sheet-7", "text " + i, null))
                .toList();
        List<JobId> jobs = stores.accept(Priority.NORMAL, documents).queued();

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
                .map(job -> new Attempt(stores.claim(job), together, threads, attempt -> over.incrementAndGet()))
                .toList();
    }

    /** The first goes to its commit and is held there until all others are ready for theirs. */
    private void settle(List<Attempt> attempts) throws Exception {
        attempts.get(0).run();
        assertThat(turnstile.reached.await(20, TimeUnit.SECONDS)).isTrue();
        attempts.subList(1, attempts.size()).forEach(Attempt::run);
        assertThat(together.commits().waiting()).isEqualTo(attempts.size() - 1);
        turnstile.open.countDown();
        Bench.soon().untilAtomic(over, org.hamcrest.Matchers.is(attempts.size()));
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
