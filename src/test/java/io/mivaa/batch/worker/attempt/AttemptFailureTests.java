package io.mivaa.batch.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.util.FileSystemUtils;

/** What becomes of a job whose attempt fails. */
@ExtendWith(OutputCaptureExtension.class)
class AttemptFailureTests {

    private static final String SECRET = "the-text-of-the-document";

    private final Stores stores = new Stores();
    private final Bench bench =
            new Bench(stores, "in-call-retry-limit", "20ms", "breaker.window", "100", "breaker.minimum-calls", "100");
    private final JobId job = stores.accept(SECRET + "\ntwo\nthree").queued().get(0);

    @AfterEach
    void clear() {
        bench.close();
    }

    @Test
    void buriesADocumentThatCannotBeRead(CapturedOutput output) {
        bench.steps.parsing = (text, file, progress) -> {
            throw new Rejected("encrypted-document", "It has a password.");
        };

        bench.run(job);

        Job dead = stores.job(job);
        assertThat(dead.state()).isEqualTo(JobState.DEAD);
        assertThat(bench.error(job)).isEqualTo("INVALID_INPUT encrypted-document: It has a password.");
        assertThat(bench.only(job).stage()).isEqualTo(JobStage.PARSING);
        assertThat(bench.attempts("dead", "invalid_input")).isEqualTo(1);
        assertThat(Bench.linesAbout(job, output))
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

        assertThat(bench.error(job)).isEqualTo("INVALID_INPUT odd: There is a  in it.");
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
        assertThat(bench.error(job)).isEqualTo("TRANSIENT embedding-unavailable: It is away.");
        assertThat(stores.jobs().attempts(Stores.WORKSPACE, job))
                .extracting(JobAttempt::outcome)
                .containsExactly("RETRYING", "RETRYING", "DEAD");
        assertThat(bench.attempts("retrying", "transient")).isEqualTo(2);
        assertThat(bench.attempts("dead", "transient")).isEqualTo(1);
        assertThat(Bench.linesAbout(job, output)).hasSize(3);
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
        assertThat(bench.error(job)).isEqualTo("RATE_LIMITED limited: Later.");
        assertThat(waiting.runAfter()).isAfter(waiting.createdAt().plusSeconds(179));
    }

    @Test
    void callsADefectADefectAndShowsWhereItIs(CapturedOutput output) {
        bench.steps.parsing = (text, file, progress) -> {
            throw new IllegalStateException("a defect");
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(bench.error(job))
                .isEqualTo("INTERNAL internal: An unexpected error occurred (IllegalStateException).");
        assertThat(output).contains("\tat io.mivaa.batch.worker");
    }

    @Test
    void survivesADocumentThatNeedsTooMuchMemory() {
        bench.steps.parsing = (text, file, progress) -> {
            throw new OutOfMemoryError("Java heap space");
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(bench.error(job)).startsWith("RESOURCE out-of-memory");
        assertThat(bench.busy()).isZero();
    }

    @Test
    void saysThatTheDiskIsFull() throws IOException {
        FileSystemUtils.deleteRecursively(bench.spool);
        Files.createFile(bench.spool);

        bench.run(job);

        assertThat(bench.error(job)).startsWith("RESOURCE disk");
    }

    @Test
    void saysThatTheDiskIsFullAlsoWhenAParserNeedsIt() {
        bench.steps.parsing = (text, file, progress) -> {
            throw new UncheckedIOException(new IOException("No space left on device"));
        };

        bench.run(job);

        assertThat(bench.error(job)).startsWith("RESOURCE disk");
    }

    @Test
    void handsBackWhenItIsPostgresThatFails(CapturedOutput output) {
        bench.steps.parsing = (text, file, progress) -> {
            throw new DataAccessResourceFailureException("refused");
        };

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.QUEUED);
        assertThat(stores.job(job).attempt()).isZero();
        assertThat(Bench.linesAbout(job, output)).singleElement().asString().contains("PostgreSQL was away");
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

    @Test
    void survivesADocumentThatIsNestedTooDeeply() {
        bench.steps.parsing = (text, file, progress) -> descend(0);

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(bench.error(job)).contains("INTERNAL internal").contains("StackOverflowError");
        assertThat(bench.busy()).isZero();
    }

    @Test
    void isChargedForAnOutcomeThatPostgresRefuses(CapturedOutput output) {
        stores.jdbc()
                .sql("alter table job add constraint no_secret check (coalesce(error_message, '') not like '%secret%')")
                .update();
        bench.steps.parsing = (text, file, progress) -> {
            throw new Rejected("odd", "A secret of the document.");
        };

        for (int attempt = 1; attempt < 3; attempt++) {
            bench.run(job);
            assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
            assertThat(bench.error(job))
                    .isEqualTo("INTERNAL outcome-refused: The outcome of this attempt could not be stored.");
            bench.promote();
        }
        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.DEAD);
        assertThat(bench.attempts("retrying", "internal")).isEqualTo(2);
        assertThat(bench.attempts("dead", "internal")).isEqualTo(1);
        assertThat(bench.attempts("dead", "invalid_input")).isZero();
        assertThat(output).contains("it is settled without the details");
    }

    @Test
    void isChargedForAResultThatPostgresRefuses() {
        stores.jdbc()
                .sql("alter table result add constraint none check (chunks < 3)")
                .update();

        bench.run(job);

        assertThat(stores.job(job).state()).isEqualTo(JobState.RETRYING);
        assertThat(stores.job(job).attempt()).isEqualTo(1);
        assertThat(bench.error(job)).startsWith("INTERNAL internal");
        assertThat(bench.results()).isZero();
    }

    private static int descend(int depth) {
        return depth < 0 ? depth : descend(depth + 1) + 1;
    }
}
