package io.mivaa.batch.job.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Page;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.control.DeadLetters.Filter;
import io.mivaa.batch.job.waiting.Hint;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLettersTests {

    private Stores stores;
    private Acceptance.Accepted batch;

    @BeforeEach
    void threeDeadJobs() {
        stores = new Stores();
        batch = stores.accept("a", "b", "c", "alive");
        bury(0, Failure.invalidInput("no-text", "There is no text."));
        bury(1, Failure.invalidInput("encrypted-document", "It is encrypted."));
        bury(2, new Failure(FailureClass.INTERNAL, "internal", "Unexpected."));
    }

    private void bury(int job, Failure failure) {
        stores.settling().bury(stores.claim(batch.queued().get(job)), failure, JobStage.PARSING, Map.of());
    }

    private List<JobId> found(Filter filter) {
        return stores.deadLetters().list(Stores.WORKSPACE, filter, null, 10).items().stream()
                .map(Job::id)
                .toList();
    }

    @Test
    void areFoundByBatchClassCodeAndId() {
        List<JobId> jobs = batch.queued();

        assertThat(found(Filter.ALL)).containsExactly(jobs.get(0), jobs.get(1), jobs.get(2));
        assertThat(found(Filter.ofBatch(BatchId.create()))).isEmpty();
        assertThat(found(new Filter(batch.batch(), FailureClass.INVALID_INPUT, null, List.of())))
                .containsExactly(jobs.get(0), jobs.get(1));
        assertThat(found(new Filter(null, null, "internal", List.of()))).containsExactly(jobs.get(2));
        assertThat(found(Filter.ofJobs(List.of(jobs.get(1), jobs.get(3))))).containsExactly(jobs.get(1));
        assertThat(stores.deadLetters()
                        .list(new Workspace("other"), Filter.ALL, null, 10)
                        .items())
                .isEmpty();
    }

    @Test
    void areListedPageByPage() {
        Page<Job, Long> first = stores.deadLetters().list(Stores.WORKSPACE, Filter.ALL, null, 2);
        Page<Job, Long> second = stores.deadLetters().list(Stores.WORKSPACE, Filter.ALL, first.next(), 2);

        assertThat(first.items()).hasSize(2);
        assertThat(second.items())
                .extracting(Job::id)
                .containsExactly(batch.queued().get(2));
        assertThat(second.next()).isNull();
    }

    @Test
    void areReplayedWithAllTheirAttemptsAndKeepTheirHistory() {
        List<Hint> hints = stores.deadLetters().replay(Stores.WORKSPACE, Filter.ofBatch(batch.batch()), 3);

        assertThat(hints)
                .extracting(Hint::job)
                .containsExactlyInAnyOrderElementsOf(batch.queued().subList(0, 3));
        Job job = stores.job(batch.queued().get(0));
        assertThat(job.state()).isEqualTo(JobState.QUEUED);
        assertThat(job.attempt()).isZero();
        Claim again = stores.claim(job.id());
        assertThat(again.fence()).isEqualTo(2);
        assertThat(stores.jobs().attempts(Stores.WORKSPACE, job.id())).hasSize(2);
        assertThat(stores.batch(batch.batch()).counts().dead()).isZero();
    }

    @Test
    void makeAFinishedBatchRunAgain() {
        stores.succeed(stores.claim(batch.queued().get(3)));
        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.PARTIAL);

        stores.deadLetters()
                .replay(Stores.WORKSPACE, Filter.ofJobs(batch.queued().subList(0, 1)), null);

        Batch running = stores.batch(batch.batch());
        assertThat(running.state()).isEqualTo(BatchState.RUNNING);
        assertThat(running.finishedAt()).isNull();
        stores.succeed(stores.claim(batch.queued().get(0)));
        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.PARTIAL);
        assertThat(stores.batch(batch.batch()).finishedAt()).isNotNull();
    }

    @Test
    void areLeftAloneWhenThereAreMoreThanTheCallerHasSeen() {
        assertThatThrownBy(() -> stores.deadLetters().replay(Stores.WORKSPACE, Filter.ALL, 2))
                .isInstanceOfSatisfying(
                        CountChanged.class,
                        changed -> assertThat(changed.actual()).isEqualTo(3));
        assertThatThrownBy(() -> stores.deadLetters().discard(Stores.WORKSPACE, Filter.ALL, 2))
                .isInstanceOf(CountChanged.class);

        assertThat(found(Filter.ALL)).hasSize(3);
    }

    @Test
    void areDiscardedButStayDead() {
        assertThat(stores.deadLetters().discard(Stores.WORKSPACE, Filter.ALL, 5))
                .isEqualTo(3);

        assertThat(found(Filter.ALL)).isEmpty();
        Job job = stores.job(batch.queued().get(0));
        assertThat(job.state()).isEqualTo(JobState.DEAD);
        assertThat(job.discardedAt()).isNotNull();
        assertThat(stores.deadLetters().replay(Stores.WORKSPACE, Filter.ALL, null))
                .isEmpty();
    }

    @Test
    void ofACancelledBatchStayDead() {
        stores.cancellation().cancel(Stores.WORKSPACE, batch.batch());

        assertThat(stores.deadLetters().replay(Stores.WORKSPACE, Filter.ALL, null))
                .isEmpty();
    }

    @Test
    void replayedWhileTheirBatchIsCancelledAreEndedAfterwards() throws Exception {
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<?> cancel = stores.transactions().execute(status -> {
                stores.deadLetters().replay(Stores.WORKSPACE, Filter.ALL, null);
                Future<?> waits = threads.submit(() -> stores.cancellation().cancel(Stores.WORKSPACE, batch.batch()));
                Awaitility.await().until(() -> Stores.somebodyWaitsForALock(stores.jdbc()));
                return waits;
            });
            cancel.get(20, TimeUnit.SECONDS);
        } finally {
            threads.shutdownNow();
        }
        assertThat(stores.batch(batch.batch()).counts().queued()).isPositive();

        assertThat(stores.cancellation().cancelLeftover()).isTrue();

        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.CANCELLED);
        assertThat(stores.batch(batch.batch()).counts().queued()).isZero();
        assertThat(stores.cancellation().cancelLeftover()).isFalse();
    }

    @Test
    void areToldOneByOneForAnExport() {
        List<JobId> told = new ArrayList<>();
        stores.jobs().forEachDead(Stores.WORKSPACE, batch.batch(), job -> told.add(job.id()));

        assertThat(told).containsExactlyElementsOf(batch.queued().subList(0, 3));
    }

    @Test
    void areExportedWithoutHoldingAConnectionWhileTheReaderIsSlow() {
        HikariDataSource pool = (HikariDataSource) stores.bean(DataSource.class);
        Acceptance.Accepted large = stores.accept(
                Priority.NORMAL,
                IntStream.range(0, 450)
                        .mapToObj(
                                i -> Stores.document(null, "", Failure.invalidInput("empty-document", "It is empty.")))
                        .toList());
        List<Long> told = new ArrayList<>();
        Set<Integer> held = new HashSet<>();

        stores.jobs().forEachDead(Stores.WORKSPACE, large.batch(), job -> {
            told.add(job.seq());
            held.add(pool.getHikariPoolMXBean().getActiveConnections());
        });

        assertThat(told).hasSize(450).isSorted().doesNotHaveDuplicates();
        assertThat(held).containsOnly(0);
    }

    @Test
    void clearingTheQueueCancelsOnlyWhatWaits() {
        JobId retrying = stores.accept("retrying").queued().get(0);
        stores.settling()
                .retryLater(
                        stores.claim(retrying),
                        new Failure(FailureClass.TRANSIENT, "x", "X."),
                        Duration.ofHours(1),
                        true,
                        JobStage.PARSING,
                        Map.of());
        JobId running = stores.accept("running").queued().get(0);
        stores.claim(running);

        assertThat(stores.cancellation().clearWaiting(Stores.WORKSPACE, batch.batch(), 1))
                .isEqualTo(1);
        assertThat(stores.cancellation().clearWaiting(Stores.WORKSPACE, null, 1))
                .isEqualTo(1);

        assertThat(stores.job(batch.queued().get(3)).state()).isEqualTo(JobState.CANCELLED);
        assertThat(stores.job(retrying).state()).isEqualTo(JobState.CANCELLED);
        assertThat(stores.job(running).state()).isEqualTo(JobState.RUNNING);
    }
}
