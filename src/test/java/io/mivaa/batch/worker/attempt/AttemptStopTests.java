package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;

/** What becomes of a job whose attempt is stopped from outside, or has lost its claim. */
@ExtendWith(OutputCaptureExtension.class)
class AttemptStopTests {

    private static final String SECRET = "the-text-of-the-document";

    private final Stores stores = new Stores();
    private final Bench bench = new Bench(stores, "in-call-retry-limit", "20ms");
    private final JobId job = stores.accept(SECRET + "\ntwo\nthree").queued().get(0);

    @AfterEach
    void clear() {
        bench.close();
    }

    @Test
    void endsWhenItsTimeIsOver() throws Exception {
        Attempt attempt = bench.attempt(job);
        stopWithin(attempt, Leash.Stop.TIMEOUT, () -> {
            throw new Rejected("damaged", "A parser that takes an interrupt for a damaged document.");
        });

        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(bench.error(job)).startsWith("TIMEOUT attempt-timeout");
        assertThat(stores.job(job).attempt()).isEqualTo(1);
    }

    @Test
    void isStoppedOnceItIsOverdueAndReportsItsProgressUntilThen() throws Exception {
        try (Bench brief = new Bench(stores, "job-timeout", "300ms", "job-timeout-per-megabyte", "0s")) {
            CountDownLatch parsing = new CountDownLatch(1);
            brief.steps.parsing = (text, file, progress) -> {
                progress.pagesRead(3);
                parsing.countDown();
                Bench.await(new CountDownLatch(1));
            };
            Attempt attempt = brief.attempt(job);
            Thread thread = new Thread(attempt);
            thread.start();
            Bench.await(parsing);

            AttemptProgress.Report report = attempt.report();
            assertThat(report.progress().pages()).isEqualTo(3);
            assertThat(report.progress().stage()).isEqualTo(JobStage.PARSING);
            Bench.soon().until(() -> {
                attempt.stopWhenOverdue();
                return stores.job(job).state() == JobState.RETRYING;
            });

            thread.join();
            assertThat(brief.error(job)).startsWith("TIMEOUT attempt-timeout");
        }
    }

    @Test
    void handsBackWhenTheInstanceStops(CapturedOutput output) throws Exception {
        Attempt attempt = bench.attempt(job);
        stopWithin(attempt, Leash.Stop.DRAIN, () -> {});

        assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(stores.job(job).attempt()).isZero();
        assertThat(stores.job(job).crashes()).isZero();
        assertThat(bench.only(job).outcome()).isEqualTo("HANDED_BACK");
        assertThat(bench.attempts("handed_back", "none")).isEqualTo(1);
        assertThat(Bench.linesAbout(job, output)).singleElement().asString().contains("handed back");
    }

    @Test
    void handsBackWhateverAnInterruptedStepThrows() throws Exception {
        Attempt attempt = bench.attempt(job);
        stopWithin(attempt, Leash.Stop.DRAIN, () -> {
            throw new Rejected("damaged", "A parser that takes an interrupt for a damaged document.");
        });

        assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void handsBackWhatWasStoppedBeforeItBegan() {
        Attempt attempt = bench.attempt(job);

        attempt.stop(Leash.Stop.DRAIN);
        attempt.stop(Leash.Stop.TIMEOUT);
        attempt.run();

        assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(bench.steps.parsed).hasValue(0);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void handsBackWhenTheThreadIsInterruptedByAnybody() {
        bench.steps.parsing = (text, file, progress) -> {
            Thread.currentThread().interrupt();
            progress.pagesRead(1);
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void keepsWhatWasDoneWhenTheStopComesTooLate() {
        Attempt attempt = bench.attempt(job);
        attempt.run();

        attempt.stop(Leash.Stop.DRAIN);

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void throwsTheOutcomeAwayWhenTheJobIsCancelledMeanwhile(CapturedOutput output) {
        bench.steps.embedding = () -> stores.cancellation().cancel(Stores.WORKSPACE, job);

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(bench.results()).isZero();
        assertThat(bench.fenced("commit")).isEqualTo(1);
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
        assertThat(Bench.linesAbout(job, output)).singleElement().asString().contains("is discarded");
    }

    @Test
    void throwsTheFailureAwayWhenTheJobIsCancelledMeanwhile() {
        bench.steps.parsing = (text, file, progress) -> {
            stores.cancellation().cancel(Stores.WORKSPACE, job);
            throw new Rejected("damaged", "It is damaged.");
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
    }

    @Test
    void throwsTheResultAwayWhenTheJobIsCancelledWhileItIsStored() {
        Claim claim = stores.claim(job);
        stores.jdbc().sql("""
                        create function take_over() returns trigger language plpgsql as $$
                        begin
                            update job set fence = fence + 1;
                            return new;
                        end $$
                        """).update();
        stores.jdbc()
                .sql("create trigger t before insert on result for each row execute function take_over()")
                .update();

        Bench.attempt(claim, bench.workbench).run();

        assertThat(bench.results()).isZero();
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
    }

    @Test
    void throwsTheOutcomeAwayWhenItIsToldThatTheClaimIsLost(CapturedOutput output) throws Exception {
        Attempt attempt = bench.attempt(job);
        stopWithin(attempt, Leash.Stop.LOST, () -> {});

        assertThat(stores.job(job).state()).isEqualTo(JobState.RUNNING);
        assertThat(bench.fenced("progress")).isEqualTo(1);
        assertThat(bench.fenced("commit")).isZero();
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
        assertThat(Bench.linesAbout(job, output)).singleElement().asString().contains("is discarded");
    }

    @Test
    void chargesNothingWhenPostgresIsAwayForLongerThanTheTimeItHas() {
        AtomicInteger outages = new AtomicInteger(2);
        AtomicReference<Attempt> attempt = new AtomicReference<>();
        attempt.set(bench.attempt(job, new TransactionTemplate(stores.bean(JdbcTransactionManager.class)) {
            private static final long serialVersionUID = 1L;

            @Override
            public <T extends @Nullable Object> T execute(TransactionCallback<T> action) {
                if (outages.getAndDecrement() > 0) {
                    attempt.get().stop(Leash.Stop.TIMEOUT);
                    attempt.get().stop(Leash.Stop.LOST);
                    throw new CannotCreateTransactionException("away");
                }
                return super.execute(action);
            }
        }));

        attempt.get().run();

        assertThat(outages.get()).isNegative();
        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void handsBackWhenPostgresFailsThoughTheTimeIsOver() throws Exception {
        Attempt attempt = bench.attempt(job);
        stopWithin(attempt, Leash.Stop.TIMEOUT, () -> {
            throw new DataAccessResourceFailureException("refused");
        });

        assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(stores.job(job).attempt()).isZero();
    }

    @Test
    void isSettledByAnotherThreadWhenItDoesNotStop() throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            Bench.deafTo(go);
        };
        Attempt attempt = bench.attempt(job);
        Thread worker = new Thread(attempt, "worker-7");
        worker.start();
        Bench.await(within);
        assertThat(attempt.abandonAfter(Duration.ZERO))
                .as("nobody told it to stop")
                .isFalse();
        attempt.stop(Leash.Stop.TIMEOUT);
        assertThat(attempt.abandonAfter(Duration.ofHours(1)))
                .as("within the grace")
                .isFalse();

        assertThat(attempt.abandonAfter(Duration.ZERO)).isTrue();
        assertThat(attempt.abandonAfter(Duration.ZERO)).as("only once").isFalse();
        attempt.settleAbandoned();

        assertThat(worker.getName()).isEqualTo("abandoned-worker-7");
        assertThat(bench.error(job)).startsWith("TIMEOUT attempt-timeout");
        go.countDown();
        worker.join();
        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(bench.results()).isZero();
        assertThat(bench.attempts("retrying", "timeout")).isEqualTo(1);
        assertThat(bench.busy()).isZero();
        assertThat(bench.meters.find("mivaa.stage.duration").timers())
                .as("the hung thread tells nothing")
                .isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void isLeftToTheEndOfTheProcessWhenItDoesNotStopAtTheDrain() throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            Bench.deafTo(go);
        };
        Attempt attempt = bench.attempt(job);
        Thread worker = new Thread(attempt);
        worker.start();
        Bench.await(within);

        attempt.stop(Leash.Stop.DRAIN);

        assertThat(attempt.abandonAfter(Duration.ZERO)).isFalse();
        assertThat(attempt.wasAbandoned()).isFalse();
        go.countDown();
        worker.join();
    }

    /** Runs the attempt, stops it within a step that waits, and lets the step do what it does when interrupted. */
    private void stopWithin(Attempt attempt, Leash.Stop reason, Runnable whenInterrupted) throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            Bench.await(never);
            whenInterrupted.run();
            progress.pagesRead(1);
        };
        Thread worker = new Thread(attempt);
        worker.start();
        assertThat(within.await(20, TimeUnit.SECONDS)).isTrue();
        attempt.stop(reason);
        worker.join(TimeUnit.SECONDS.toMillis(20));
        assertThat(worker.isAlive()).isFalse();
    }

    private List<java.nio.file.Path> files() throws IOException {
        try (var files = Files.walk(bench.spool)) {
            return files.filter(file -> file.toString().endsWith(".document")).toList();
        }
    }
}
