package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Claim;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobAttempt;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.TransientFailure;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.util.FileSystemUtils;

@ExtendWith(OutputCaptureExtension.class)
class AttemptTests {

    private static final String SECRET = "the-text-of-the-document";

    private final Stores stores = new Stores();
    /** Its provider is never left alone, so that every failure is the attempt's own. */
    private final Bench bench =
            new Bench(stores, "in-call-retry-limit", "20ms", "breaker.window", "100", "breaker.minimum-calls", "100");

    private final JobId job = stores.accept(SECRET + "\ntwo\nthree").queued().get(0);

    @AfterEach
    void clear() {
        bench.close();
    }

    @Test
    void storesTheResultAndTheStateTogether(CapturedOutput output) {
        bench.run(job);

        Job done = stores.job(job);
        assertThat(done.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(done.reused()).isFalse();
        assertThat(done.pages()).isEqualTo(1);
        assertThat(done.chunks()).isEqualTo(3);
        assertThat(done.embedded()).isEqualTo(3);
        assertThat(bench.results()).isEqualTo(1);
        assertThat(only(job).outcome()).isEqualTo("SUCCEEDED");
        assertThat(only(job).timings()).containsOnlyKeys("waiting", "parsing", "chunking", "embedding", "storing");
        assertThat(linesAbout(output)).singleElement().asString().contains("succeeded in attempt 1 with 3 chunks");
        assertThat(output).doesNotContain(SECRET);
    }

    @Test
    void tellsTheMeters() {
        bench.run(job);

        assertThat(bench.meters.counter("mivaa.attempts.started").count()).isEqualTo(1);
        assertThat(bench.attempts("succeeded", "none")).isEqualTo(1);
        assertThat(bench.meters.counter("mivaa.chunks.embedded").count()).isEqualTo(3);
        assertThat(bench.meters.counter("mivaa.tokens.embedded").count()).isEqualTo(SECRET.length() + 3 + 5);
        assertThat(bench.meters.get("mivaa.queue.wait").timer().count()).isEqualTo(1);
        for (String stage : List.of("parsing", "chunking", "embedding", "storing")) {
            assertThat(bench.meters
                            .get("mivaa.stage.duration")
                            .tag("stage", stage)
                            .timer()
                            .count())
                    .isEqualTo(1);
        }
        assertThat(bench.busy()).isZero();
        assertThat(bench.meters.get("mivaa.workers.threads").gauge().value()).isPositive();
    }

    @Test
    void leavesNoFileAndNoContextBehind() throws IOException {
        bench.run(job);

        assertThat(files()).isEmpty();
        assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
    }

    @Test
    void buriesADocumentThatCannotBeRead(CapturedOutput output) {
        bench.steps.parsing = (text, file, progress) -> {
            throw new Rejected("encrypted-document", "It has a password.");
        };

        bench.run(job);

        Job dead = stores.job(job);
        assertThat(dead.state()).isEqualTo(JobState.DEAD);
        assertThat(error(dead)).isEqualTo("INVALID_INPUT encrypted-document: It has a password.");
        assertThat(only(job).stage()).isEqualTo(JobStage.PARSING);
        assertThat(bench.attempts("dead", "invalid_input")).isEqualTo(1);
        assertThat(linesAbout(output))
                .singleElement()
                .asString()
                .contains("given up")
                .doesNotContain(SECRET);
    }

    @Test
    void buriesADocumentWhoseErrorPostgresCannotTake() {
        bench.steps.parsing = (text, file, progress) -> {
            throw new Rejected("odd", "There is a \u0000 in it.");
        };

        bench.run(job);

        assertThat(error(stores.job(job))).isEqualTo("INVALID_INPUT odd: There is a  in it.");
    }

    @Test
    void triesAgainLaterAndGivesUpAtTheLastAttempt(CapturedOutput output) {
        bench.steps.embedding = () -> {
            throw new TransientFailure("embedding-unavailable", "It is away.", null);
        };

        for (int attempt = 1; attempt < 3; attempt++) {
            bench.run(job);
            assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
            assertThat(stores.job(job).attempt()).isEqualTo(attempt);
            assertThat(stores.job(job).runAfter()).isNotNull();
            bench.promote();
        }
        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.DEAD);
        assertThat(error(stores.job(job))).isEqualTo("TRANSIENT embedding-unavailable: It is away.");
        assertThat(stores.jobs().attempts(Stores.WORKSPACE, job))
                .extracting(JobAttempt::outcome)
                .containsExactly("RETRYING", "RETRYING", "DEAD");
        assertThat(bench.attempts("retrying", "transient")).isEqualTo(2);
        assertThat(bench.attempts("dead", "transient")).isEqualTo(1);
        assertThat(linesAbout(output)).hasSize(3);
        assertThat(bench.busy()).isZero();
    }

    @Test
    void getsOverAShortFailureWithinTheAttempt() {
        AtomicBoolean failed = new AtomicBoolean();
        bench.steps.embedding = () -> {
            if (failed.compareAndSet(false, true)) {
                throw new TransientFailure("embedding-unavailable", "It is away.", null);
            }
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(stores.job(job).attempt()).isEqualTo(1);
    }

    @Test
    void chargesNoAttemptForARateLimit() {
        bench.steps.embedding = () -> {
            throw new TransientFailure("limited", "Later.", Duration.ofMinutes(3), null);
        };

        bench.run(job);

        Job waiting = stores.job(job);
        assertThat(waiting.state()).isEqualTo(JobState.RETRYING);
        assertThat(waiting.attempt()).isZero();
        assertThat(error(waiting)).isEqualTo("RATE_LIMITED limited: Later.");
        assertThat(waiting.runAfter()).isAfter(waiting.createdAt().plusSeconds(179));
    }

    @Test
    void callsADefectADefectAndShowsWhereItIs(CapturedOutput output) {
        bench.steps.parsing = (text, file, progress) -> {
            throw new IllegalStateException("a defect");
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(error(stores.job(job)))
                .isEqualTo("INTERNAL internal: Something unexpected went wrong (IllegalStateException).");
        assertThat(output).contains("\tat io.mivaa.batch.worker");
    }

    @Test
    void survivesADocumentThatNeedsTooMuchMemory() {
        bench.steps.parsing = (text, file, progress) -> {
            throw new OutOfMemoryError("Java heap space");
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(error(stores.job(job))).startsWith("RESOURCE out-of-memory");
        assertThat(bench.busy()).isZero();
    }

    @Test
    void saysThatTheDiskIsFull() throws IOException {
        FileSystemUtils.deleteRecursively(bench.spool);

        bench.run(job);

        assertThat(error(stores.job(job))).startsWith("RESOURCE disk");
    }

    @Test
    void saysThatTheDiskIsFullAlsoWhenAParserNeedsIt() {
        bench.steps.parsing = (text, file, progress) -> {
            throw new UncheckedIOException(new IOException("No space left on device"));
        };

        bench.run(job);

        assertThat(error(stores.job(job))).startsWith("RESOURCE disk");
    }

    @Test
    void livesWithAFileThatCannotBeRemoved(CapturedOutput output) {
        bench.steps.parsing = (text, file, progress) -> {
            try {
                Files.delete(file);
                Files.createFile(Files.createDirectory(file).resolve("inside"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(output).contains("A temporary file stays");
    }

    @Test
    void endsWhenItsTimeIsOver() throws Exception {
        Attempt attempt = bench.attempt(job);
        stopWithin(attempt, Attempt.Stop.TIMEOUT, () -> {
            throw new Rejected("damaged", "A parser that takes an interrupt for a damaged document.");
        });

        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(error(stores.job(job))).startsWith("TIMEOUT attempt-timeout");
        assertThat(stores.job(job).attempt()).isEqualTo(1);
    }

    @Test
    void handsBackWhenTheInstanceStops(CapturedOutput output) throws Exception {
        Attempt attempt = bench.attempt(job);
        stopWithin(attempt, Attempt.Stop.DRAIN, () -> {});

        assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(stores.job(job).attempt()).isZero();
        assertThat(stores.job(job).crashes()).isZero();
        assertThat(only(job).outcome()).isEqualTo("HANDED_BACK");
        assertThat(bench.attempts("handed_back", "none")).isEqualTo(1);
        assertThat(linesAbout(output)).singleElement().asString().contains("handed back");
    }

    @Test
    void handsBackWhateverAnInterruptedStepThrows() throws Exception {
        Attempt attempt = bench.attempt(job);
        stopWithin(attempt, Attempt.Stop.DRAIN, () -> {
            throw new Rejected("damaged", "A parser that takes an interrupt for a damaged document.");
        });

        assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
    }

    @Test
    void handsBackWhatWasStoppedBeforeItBegan() {
        Attempt attempt = bench.attempt(job);

        attempt.stop(Attempt.Stop.DRAIN);
        attempt.stop(Attempt.Stop.TIMEOUT);
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
    void handsBackWhenItIsPostgresThatFails(CapturedOutput output) {
        bench.steps.parsing = (text, file, progress) -> {
            throw new DataAccessResourceFailureException("refused");
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(stores.job(job).attempt()).isZero();
        assertThat(linesAbout(output)).singleElement().asString().contains("PostgreSQL was away");
    }

    @Test
    void waitsNoLongerForPostgresWhenItIsInterrupted() {
        assertThat(bench.workbench.stopped()).isFalse();

        Thread.currentThread().interrupt();

        assertThat(bench.workbench.stopped()).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void keepsWhatWasDoneWhenTheStopComesTooLate() {
        Attempt attempt = bench.attempt(job);
        attempt.run();

        attempt.stop(Attempt.Stop.DRAIN);

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void throwsTheOutcomeAwayWhenTheJobIsCancelledMeanwhile(CapturedOutput output) {
        bench.steps.embedding = () -> stores.jobs().cancel(Stores.WORKSPACE, job);

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(bench.results()).isZero();
        assertThat(bench.meters.counter("mivaa.commits.fenced").count()).isEqualTo(1);
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
        assertThat(linesAbout(output)).singleElement().asString().contains("thrown away");
    }

    @Test
    void throwsTheFailureAwayWhenTheJobIsCancelledMeanwhile() {
        bench.steps.parsing = (text, file, progress) -> {
            stores.jobs().cancel(Stores.WORKSPACE, job);
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
                        create function cancel_at_storing() returns trigger language plpgsql as $$
                        begin
                            if new.stage = 'STORING' then new.fence := new.fence + 1; end if;
                            return new;
                        end $$
                        """).update();
        stores.jdbc()
                .sql("create trigger t before update on job for each row execute function cancel_at_storing()")
                .update();

        new Attempt(claim, bench.workbench).run();

        assertThat(bench.results()).isZero();
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
    }

    @Test
    void reusesTheResultOfTheSameBytesWithTheSameSettings(CapturedOutput output) {
        JobId again = stores.accept(SECRET + "\ntwo\nthree").queued().get(0);
        bench.run(job);

        bench.run(again);

        assertThat(stores.job(again).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(stores.job(again).reused()).isTrue();
        assertThat(stores.job(again).chunks()).isEqualTo(3);
        assertThat(bench.steps.parsed).hasValue(1);
        assertThat(bench.results()).isEqualTo(1);
        assertThat(bench.meters.counter("mivaa.chunks.embedded").count()).isEqualTo(3);
        assertThat(bench.attempts("succeeded", "none")).isEqualTo(2);
        assertThat(output).contains("reused an earlier result");
    }

    @Test
    void saysThatTheBytesWereNotKept() {
        stores.jdbc().sql("delete from document_content").update();

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.DEAD);
        assertThat(error(stores.job(job))).startsWith("INVALID_INPUT content-not-kept");
        assertThat(bench.steps.parsed).hasValue(0);
    }

    @Test
    void showsHowFarItIsWhileItRuns() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        bench.steps.embedding = () -> await(go);
        Thread worker = new Thread(bench.attempt(job));
        worker.start();

        Bench.soon().until(() -> stores.job(job).stage() == JobStage.EMBEDDING);
        assertThat(stores.job(job).chunks()).isEqualTo(3);
        assertThat(stores.job(job).embedded()).isZero();
        assertThat(stores.job(job).pages()).isNull();
        assertThat(bench.busy()).isEqualTo(1);
        go.countDown();
        worker.join();

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void writesDownPagesNowAndThen() {
        bench.steps.parsing = (text, file, progress) -> {
            long until = System.nanoTime() + 700_000_000;
            for (int page = 1; System.nanoTime() < until; page++) {
                progress.pagesRead(page);
                Thread.onSpinWait();
            }
            assertThat(stores.job(job).pages()).isGreaterThan(1);
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void goesOnWhenItsProgressCannotBeWritten() {
        stores.jdbc()
                .sql("alter table job add constraint no_progress check (stage is distinct from 'EMBEDDING')")
                .update();

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void countsAJobThatCannotBeSettledAsLostAndEnds(CapturedOutput output) {
        stores.jdbc()
                .sql("alter table job add constraint no_end check (state not in ('DEAD', 'RETRYING', 'SUCCEEDED'))")
                .update();

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.RUNNING);
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
        assertThat(bench.busy()).isZero();
        assertThat(output).contains("could not be settled").doesNotContain(SECRET);
    }

    /** Runs the attempt, stops it within a step that waits, and lets the step do what it does when interrupted. */
    private void stopWithin(Attempt attempt, Attempt.Stop reason, Runnable whenInterrupted) throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            await(never);
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

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<java.nio.file.Path> files() throws IOException {
        try (var files = Files.walk(bench.spool)) {
            return files.filter(file -> file.toString().endsWith(".document")).toList();
        }
    }

    private JobAttempt only(JobId of) {
        List<JobAttempt> attempts = stores.jobs().attempts(Stores.WORKSPACE, of);
        assertThat(attempts).hasSize(1);
        return attempts.get(0);
    }

    private static String error(Job of) {
        var failure = of.error();
        assertThat(failure).isNotNull();
        return failure == null ? "" : failure.failureClass() + " " + failure.code() + ": " + failure.message();
    }

    private List<String> linesAbout(CapturedOutput output) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains(job.toString()))
                .toList();
    }
}
