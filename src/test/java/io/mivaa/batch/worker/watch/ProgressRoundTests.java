package io.mivaa.batch.worker.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.attempt.Attempt;
import io.mivaa.batch.worker.attempt.Bench;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class ProgressRoundTests {

    private final Stores stores = new Stores();
    private final Bench bench = new Bench(stores);
    private final Set<Attempt> running = new HashSet<>();
    private final ProgressRound round = new ProgressRound(stores.heldClaims(), () -> running);
    private final JobId job = stores.accept("one\ntwo\nthree").queued().get(0);
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void clear() {
        go.countDown();
        bench.close();
    }

    @Test
    void showsHowFarAJobIsWhileItRuns() throws Exception {
        bench.steps.embedding = () -> Bench.await(go);
        Thread worker = started();

        Bench.soon().until(() -> {
            round.once();
            return stores.job(job).stage() == JobStage.EMBEDDING;
        });

        Job shown = stores.job(job);
        assertThat(shown.chunks()).isEqualTo(3);
        assertThat(shown.embedded()).isZero();
        assertThat(shown.pages()).isNull();
        assertThat(bench.busy()).isEqualTo(1);
        go.countDown();
        worker.join();
        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
    }

    @Test
    void showsThePagesReadSoFar() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        bench.steps.parsing = (text, file, progress) -> {
            progress.pagesRead(41);
            read.countDown();
            Bench.await(go);
        };
        Thread worker = started();
        Bench.await(read);

        round.once();

        assertThat(stores.job(job).pages()).isEqualTo(41);
        go.countDown();
        worker.join();
    }

    @Test
    void writesNothingWhenNothingHasChanged() throws Exception {
        bench.steps.embedding = () -> Bench.await(go);
        Thread worker = started();
        Bench.soon().until(() -> {
            round.once();
            return stores.job(job).stage() == JobStage.EMBEDDING;
        });
        String row = row();

        round.once();

        assertThat(row()).isEqualTo(row);
        go.countDown();
        worker.join();
    }

    @Test
    void isNotNeededForAJobThatIsDoneAtOnce() {
        stores.jdbc().sql("create sequence writes").update();
        stores.jdbc().sql("""
                        create function count_write() returns trigger language plpgsql as $$
                        begin
                            perform nextval('writes');
                            return new;
                        end $$
                        """).update();
        stores.jdbc()
                .sql("create trigger writes before update on job for each row execute function count_write()")
                .update();

        bench.run(job);
        round.once();

        assertThat(stores.jdbc()
                        .sql("select last_value from writes")
                        .query(Long.class)
                        .single())
                .as("writes to the job's row: one claims it, one settles it")
                .isEqualTo(2);
    }

    @Test
    void asksNothingWhenNothingRuns(CapturedOutput output) {
        stores.jdbc().sql("alter table job rename to gone").update();

        round.once();

        assertThat(output).doesNotContain("is not written");
    }

    @Test
    void stopsAJobThatWasCancelled(CapturedOutput output) throws Exception {
        CountDownLatch within = new CountDownLatch(1);
        bench.steps.parsing = (text, file, progress) -> {
            within.countDown();
            Bench.await(go);
        };
        Thread worker = started();
        Bench.await(within);
        stores.cancellation().cancel(Stores.WORKSPACE, job);

        round.once();
        round.once();
        worker.join(20_000);

        assertThat(worker.isAlive()).isFalse();
        assertThat(stores.job(job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(bench.fenced("progress")).isEqualTo(1);
        assertThat(bench.fenced("commit")).isZero();
        assertThat(bench.attempts("lost", "none")).isEqualTo(1);
        assertThat(Bench.linesAbout(job, output)).singleElement().asString().contains("is discarded");
    }

    @Test
    void leavesAloneWhatWasSettledMeanwhile() {
        Attempt attempt = bench.attempt(job);
        running.add(attempt);
        attempt.run();

        round.once();

        assertThat(stores.job(job).state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(bench.attempts("succeeded", "none")).isEqualTo(1);
        assertThat(bench.attempts("lost", "none")).isZero();
    }

    @Test
    void tellsAnOutageOnceAndWritesAgainAfterIt(CapturedOutput output) throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        bench.steps.parsing = (text, file, progress) -> {
            progress.pagesRead(3);
            read.countDown();
            Bench.await(go);
        };
        Thread worker = started();
        Bench.await(read);
        stores.jdbc().sql("alter table job rename to gone").update();
        round.once();
        round.once();
        stores.jdbc().sql("alter table gone rename to job").update();
        assertThat(output.getOut().lines().filter(line -> line.contains("is not written until")))
                .hasSize(1);

        round.once();

        assertThat(stores.job(job).pages()).isEqualTo(3);
        go.countDown();
        worker.join();
    }

    private Thread started() {
        Attempt attempt = bench.attempt(job);
        running.add(attempt);
        Thread worker = new Thread(attempt);
        worker.start();
        return worker;
    }

    private String row() {
        return stores.jdbc()
                .sql("select xmin::text || ' ' || ctid::text from job")
                .query(String.class)
                .single();
    }
}
