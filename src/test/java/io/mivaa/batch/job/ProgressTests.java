package io.mivaa.batch.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.HeldClaims;
import io.mivaa.batch.job.claim.JobProgress;
import io.mivaa.batch.job.control.DeadLetters;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How far jobs and batches are: from rows, the same for every instance, and never less than before. */
class ProgressTests {
    private static final List<JobStage> STAGES = List.of(JobStage.values());

    private static final Failure FAILED = new Failure(FailureClass.TRANSIENT, "broken", "It broke.");

    private final DataSource database = RealServers.freshDatabase();
    private final Stores stores = new Stores(database);

    /** Another instance of the service on the same database. */
    private final Stores other = new Stores(database);

    private final List<Claim> running = new ArrayList<>();
    private final Map<JobId, Integer> percents = new HashMap<>();

    private double percent;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void neverFallsWhateverBecomesOfTheJobs(long seed) {
        Random random = new Random(seed);
        Acceptance.Accepted batch = stores.accept(Priority.NORMAL, documents(random));
        told(batch, 0);

        for (int step = 0; step < 150; step++) {
            Stores at = random.nextBoolean() ? stores : other;
            act(at, batch, random);
            told(batch, step);
        }
        finish(batch);

        assertThat(stores.batch(batch.batch()).outlook().percent()).isEqualTo(100);
        assertThat(batch.queued())
                .allSatisfy(job -> assertThat(stores.job(job).percent()).isEqualTo(100));
    }

    private static List<NewDocument> documents(Random random) {
        List<NewDocument> documents = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            documents.add(Stores.document("x".repeat(1 + random.nextInt(20_000))));
        }
        documents.add(Stores.document(null, "refused", new Failure(FailureClass.INVALID_INPUT, "empty", "No.")));
        return documents;
    }

    private void act(Stores at, Acceptance.Accepted batch, Random random) {
        int act = random.nextInt(20);
        if (act < 5) {
            List<JobId> some =
                    batch.queued().subList(0, 1 + random.nextInt(batch.queued().size()));
            running.addAll(
                    at.claims().take(some.subList(some.size() - 1, some.size()), at.instance(), Claims.ANY_CRASHES));
        } else if (act < 6) {
            at.jdbc()
                    .sql("update worker_instance set lease_until = now() - interval '1 second'")
                    .update();
            at.takeover().takeBackFromDeadInstances(100, 3);
            running.clear();
        } else if (act < 7) {
            at.promotion().promoteDue(100);
        } else if (!running.isEmpty()) {
            settle(at, running.get(random.nextInt(running.size())), act, random);
        }
    }

    private void settle(Stores at, Claim claim, int act, Random random) {
        if (act < 16) {
            int chunks = 1 + random.nextInt(50);
            JobStage stage = STAGES.get(random.nextInt(STAGES.size()));
            at.heldClaims()
                    .progress(List.of(new JobProgress(
                            claim, true, stage, random.nextInt(30), chunks, random.nextInt(chunks + 1))));
            return;
        }
        running.remove(claim);
        switch (act) {
            case 16 -> at.settling().retryLater(claim, FAILED, Duration.ZERO, false, JobStage.PARSING, Map.of());
            case 17 -> at.settling().handBack(claim);
            case 18 -> at.succeed(claim);
            default -> {
                if (random.nextBoolean()) {
                    at.settling().bury(claim, FAILED, JobStage.PARSING, Map.of());
                } else {
                    at.cancellation().cancel(Stores.WORKSPACE, claim.job());
                }
            }
        }
    }

    private void told(Acceptance.Accepted batch, int step) {
        Batch here = stores.batch(batch.batch());
        assertThat(other.batch(batch.batch()).outlook().percent())
                .isEqualTo(here.outlook().percent());
        assertThat(here.outlook().percent()).as("after step %d", step).isGreaterThanOrEqualTo(percent);
        assertThat(here.outlook().percent() == 100).isEqualTo(here.state().terminal());
        percent = here.outlook().percent();
        for (Job job : stores.jobs()
                .list(Stores.WORKSPACE, batch.batch(), null, null, 100)
                .items()) {
            assertThat(job.percent()).isGreaterThanOrEqualTo(percents.getOrDefault(job.id(), 0));
            percents.put(job.id(), job.percent());
        }
        assertSumsAreThoseOfTheJobs(stores, batch.batch());
    }

    static void assertSumsAreThoseOfTheJobs(Stores stores, BatchId batch) {
        assertThat(stores.jdbc()
                        .sql("""
                                select w.credit = sum((j.bytes + 1024)
                                           * case when j.finished_at is null then j.percent else 100 end)
                                   and w.size = sum(j.bytes + 1024)
                                   and w.open_size = coalesce(
                                           sum(j.bytes + 1024) filter (where j.finished_at is null), 0)
                                  from batch_work w
                                  join job j on j.batch_id = w.batch_id and j.media_type = w.media_type
                                 where w.batch_id = :batch
                                 group by w.batch_id, w.media_type
                                """)
                        .param("batch", batch.value())
                        .query(Boolean.class)
                        .list())
                .isNotEmpty()
                .containsOnly(true);
    }

    private void finish(Acceptance.Accepted batch) {
        List<JobId> left = batch.queued();
        while (!stores.batch(batch.batch()).state().terminal()) {
            stores.jdbc()
                    .sql("update worker_instance set lease_until = now() - interval '1 second'")
                    .update();
            stores.takeover().takeBackFromDeadInstances(100, 100);
            stores.promotion().promoteDue(100);
            stores.claims().take(left, stores.instance(), Claims.ANY_CRASHES).forEach(stores::succeed);
            told(batch, -1);
        }
    }

    @Test
    void weighsALargeDocumentMoreThanASmallOne() {
        Acceptance.Accepted batch = stores.accept("x".repeat(90_000), "small");
        stores.succeed(stores.claim(batch.queued().get(1)));

        assertThat(stores.batch(batch.batch()).outlook().percent()).isBetween(0.5, 2.0);
        assertThat(stores.batch(batch.batch()).counts().succeeded()).isEqualTo(1);
    }

    @Test
    void countsWhatIsDoneOfADocumentThatRuns() {
        Acceptance.Accepted batch = stores.accept("one", "two");
        Claim claim = stores.claim(batch.queued().get(0));

        stores.heldClaims().progress(List.of(new JobProgress(claim, true, JobStage.EMBEDDING, 1, 10, 5)));

        assertThat(stores.job(claim.job()).percent()).isEqualTo(55);
        assertThat(stores.batch(batch.batch()).outlook().percent()).isEqualTo(27.5);
        assertThat(stores.batch(batch.batch()).outlook().stages()).isEqualTo(Map.of(JobStage.EMBEDDING, 1));
    }

    @Test
    void keepsWhatWasToldOverARetryAndATakeover() {
        Acceptance.Accepted batch = stores.accept("one");
        Claim first = stores.claim(batch.queued().get(0));
        stores.heldClaims().progress(List.of(new JobProgress(first, true, JobStage.EMBEDDING, 1, 10, 5)));

        stores.settling().retryLater(first, FAILED, Duration.ZERO, true, JobStage.EMBEDDING, Map.of());
        assertThat(stores.job(first.job()).percent()).isEqualTo(55);
        stores.promotion().promoteDue(1);
        Claim second = other.claim(first.job());
        other.heldClaims().progress(List.of(new JobProgress(second, true, JobStage.EMBEDDING, 1, 10, 1)));

        assertThat(stores.job(first.job()).percent()).isEqualTo(55);
        assertThat(stores.batch(batch.batch()).outlook().percent()).isEqualTo(55);
    }

    @Test
    void startsLowerAgainOnlyWhenDeadJobsAreReplayed() {
        Acceptance.Accepted batch = stores.accept("one", "two");
        stores.succeed(stores.claim(batch.queued().get(0)));
        stores.settling().bury(stores.claim(batch.queued().get(1)), FAILED, JobStage.PARSING, Map.of());
        assertThat(stores.batch(batch.batch()).outlook().percent()).isEqualTo(100);

        stores.deadLetters()
                .replay(Stores.WORKSPACE, new DeadLetters.Filter(batch.batch(), null, null, List.of()), null);

        assertThat(stores.batch(batch.batch()).outlook().percent()).isEqualTo(50);
        assertSumsAreThoseOfTheJobs(stores, batch.batch());
        stores.succeed(stores.claim(batch.queued().get(1)));
        assertThat(stores.batch(batch.batch()).outlook().percent()).isEqualTo(100);
    }

    @Test
    void waitsForNobodyWhoIsAtTheSumsOfTheBatch() {
        Acceptance.Accepted batch = stores.accept("one");
        Claim claim = stores.claim(batch.queued().get(0));
        JobProgress report = new JobProgress(claim, true, JobStage.EMBEDDING, 1, 10, 5);

        List<HeldClaims.ProgressAnswer> answers = stores.transactions().execute(status -> {
            stores.jdbc()
                    .sql("select credit from batch_work for update")
                    .query()
                    .listOfRows();
            return CompletableFuture.supplyAsync(() -> other.heldClaims().progress(List.of(report)))
                    .join();
        });

        assertThat(answers).containsExactly(new HeldClaims.ProgressAnswer(false, false));
        assertThat(stores.job(claim.job()).stage()).isEqualTo(JobStage.EMBEDDING);
        assertThat(stores.heldClaims().progress(List.of(report)))
                .containsExactly(new HeldClaims.ProgressAnswer(false, true));
        assertThat(stores.batch(batch.batch()).outlook().percent()).isEqualTo(55);
    }

    @Test
    void sumsUpALargeBatchWithoutALookAtItsJobs() {
        Acceptance.Accepted batch = stores.accept(Stores.WORKSPACE, Priority.NORMAL, 1_000);
        UUID id = batch.batch().value();

        assertThat(stores.jdbc()
                        .sql("select count(*) from batch_work where batch_id = :id")
                        .param("id", id)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
        assertSumsAreThoseOfTheJobs(stores, batch.batch());
    }
}
