package io.mivaa.batch.job.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.claim.HeldClaims.ProgressAnswer;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.dao.QueryTimeoutException;
import tools.jackson.databind.json.JsonMapper;

class ClaimsTests {

    private static final Stores stores = new Stores();

    @Test
    void startsAQueuedJobWithANewFence() {
        JobId job = stores.accept("one").queued().get(0);

        Claim claim = stores.claim(job);

        assertThat(claim.fence()).isEqualTo(1);
        assertThat(claim.attempt()).isEqualTo(1);
        assertThat(claim.maxAttempts()).isEqualTo(3);
        assertThat(claim.options()).isEqualTo(Stores.OPTIONS);
        assertThat(stores.job(job).state()).isEqualTo(JobState.RUNNING);
        assertThat(stores.job(job).stage()).isEqualTo(JobStage.PARSING);
    }

    @Test
    void knowTheResultsOfTheSameBytesInTheWorkspace() {
        Claim first = stores.claim(stores.accept("seen twice").queued().get(0));
        stores.jdbc()
                .sql("update result set sha256 = :sha256 where id = :id")
                .param("sha256", first.sha256())
                .param("id", stores.result())
                .update();

        assertThat(first.known()).isEmpty();
        assertThat(stores.claim(stores.accept("seen twice").queued().get(0)).known())
                .containsOnlyKeys("");
        assertThat(stores.claim(stores.accept("seen once").queued().get(0)).known())
                .isEmpty();
    }

    @Test
    void giveEachJobToOneInstanceOnlyHoweverManyWantIt() throws Exception {
        List<JobId> jobs = stores.accept("a", "b", "c", "d", "e", "f", "g", "h").queued();
        List<InstanceId> instances = List.of(stores.instance(), stores.instance(), stores.instance());
        var threads = Executors.newFixedThreadPool(3);
        try {
            List<Callable<List<Claim>>> takers = new ArrayList<>();
            for (InstanceId instance : instances) {
                takers.add(() -> stores.claims().take(jobs, instance, Claims.ANY_CRASHES));
            }
            List<Claim> claims = new ArrayList<>();
            for (var taken : threads.invokeAll(takers)) {
                claims.addAll(taken.get());
            }
            // What one instance passes over because another is at it is lost to neither.
            claims.addAll(stores.claims().take(jobs, instances.get(0), Claims.ANY_CRASHES));

            assertThat(claims).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(jobs);
            assertThat(claims).extracting(Claim::fence).containsOnly(1L);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void refuseWhatIsNotQueuedOrPausedOrUnknown() {
        JobId running = stores.accept("one").queued().get(0);
        stores.claim(running);
        Acceptance.Accepted paused = stores.accept("two");
        stores.control().pause(Stores.WORKSPACE, paused.batch(), true);
        List<JobId> hints = List.of(running, paused.queued().get(0), JobId.create());

        assertThat(stores.claims().take(hints, stores.instance(), Claims.ANY_CRASHES))
                .isEmpty();

        stores.control().pause(Stores.WORKSPACE, paused.batch(), false);
        assertThat(stores.claims().take(hints, stores.instance(), Claims.ANY_CRASHES))
                .hasSize(1);
    }

    @Test
    void refuseTheJobsOfAPausedWorkspace() {
        Stores own = new Stores();
        JobId job = own.accept("one").queued().get(0);
        own.control().pauseAll(Stores.WORKSPACE, true);
        assertThat(own.claims().take(List.of(job), own.instance(), Claims.ANY_CRASHES))
                .isEmpty();

        own.control().pauseAll(Stores.WORKSPACE, false);
        assertThat(own.claims().take(List.of(job), own.instance(), Claims.ANY_CRASHES))
                .hasSize(1);
    }

    @Test
    void writeDownProgressWithoutForgettingWhatIsKnown() {
        Claim claim = stores.claim(stores.accept("one").queued().get(0));

        assertThat(tell(claim, true, JobStage.PARSING, 7, null)).isEqualTo(new ProgressAnswer(false, true));
        assertThat(tell(claim, true, JobStage.EMBEDDING, null, 20)).isEqualTo(new ProgressAnswer(false, true));
        assertThat(tell(claim, false, JobStage.STORING, 8, 21)).isEqualTo(new ProgressAnswer(false, false));

        Job job = stores.job(claim.job());
        assertThat(job.stage()).isEqualTo(JobStage.EMBEDDING);
        assertThat(job.pages()).isEqualTo(7);
        assertThat(job.chunks()).isEqualTo(20);
        assertThat(job.embedded()).isEqualTo(0);
    }

    @Test
    void tellWhichOfManyAreLost() {
        Claim stale = stores.claim(stores.accept("one").queued().get(0));
        stores.settling().handBack(stale);
        Claim current = stores.claim(stale.job());
        Claim cancelled = stores.claim(stores.accept("two").queued().get(0));
        stores.cancellation().cancel(Stores.WORKSPACE, cancelled.job());
        Claim untouched = stores.claim(stores.accept("three").queued().get(0));

        List<ProgressAnswer> told = stores.heldClaims()
                .progress(List.of(
                        report(stale, true), report(cancelled, true), report(current, true), report(untouched, false)));

        assertThat(told)
                .containsExactly(
                        new ProgressAnswer(true, false),
                        new ProgressAnswer(true, false),
                        new ProgressAnswer(false, true),
                        new ProgressAnswer(false, false));
        assertThat(stores.job(current.job()).stage()).isEqualTo(JobStage.CHUNKING);
        assertThat(stores.job(untouched.job()).stage()).isEqualTo(JobStage.PARSING);
    }

    @Test
    void waitForNobodyToWriteDownProgress() {
        Claim claim = stores.claim(stores.accept("one").queued().get(0));
        Claim other = stores.claim(stores.accept("two").queued().get(0));

        stores.transactions().executeWithoutResult(status -> {
            stores.jdbc()
                    .sql("select 1 from job where id = :id for update")
                    .param("id", claim.job().value())
                    .query()
                    .listOfRows();
            CompletableFuture<List<ProgressAnswer>> told = CompletableFuture.supplyAsync(
                    () -> stores.heldClaims().progress(List.of(report(claim, true), report(other, true))));
            assertThat(told)
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(List.of(new ProgressAnswer(false, false), new ProgressAnswer(false, true)));
        });
    }

    @Test
    void claimsAJobWhoseEarlierResultsCannotBeLookedUp() {
        Claims blind = new Claims(stores.jdbc(), new JsonMapper(), contents -> {
            throw new QueryTimeoutException("too slow");
        });
        JobId job = stores.accept("text").queued().get(0);

        List<Claim> claims = blind.take(List.of(job), stores.instance(), Claims.ANY_CRASHES);

        assertThat(claims).singleElement().satisfies(claim -> {
            assertThat(claim.job()).isEqualTo(job);
            assertThat(claim.known()).isEmpty();
        });
    }

    private ProgressAnswer tell(
            Claim claim, boolean changed, JobStage stage, @Nullable Integer pages, @Nullable Integer chunks) {
        return stores.heldClaims()
                .progress(List.of(new JobProgress(claim, changed, stage, pages, chunks, chunks == null ? null : 0)))
                .get(0);
    }

    private static JobProgress report(Claim claim, boolean changed) {
        return new JobProgress(claim, changed, JobStage.CHUNKING, 1, null, null);
    }

    @Test
    void returnsJobsWhoseClaimNobodyKnowsOfOnTheSecondLook() {
        InstanceId instance = stores.instance();
        List<JobId> jobs = stores.accept("known", "stray").queued();
        stores.claims().take(jobs, instance, Claims.ANY_CRASHES);
        List<JobId> known = jobs.subList(0, 1);

        List<JobId> suspects = stores.heldClaims().returnStrays(instance, known, List.of());
        assertThat(suspects).containsExactly(jobs.get(1));
        assertThat(stores.job(jobs.get(1)).state()).isEqualTo(JobState.RUNNING);

        stores.heldClaims().returnStrays(instance, known, suspects);
        assertThat(stores.job(jobs.get(1)).state()).isEqualTo(JobState.QUEUED);
        assertThat(stores.job(jobs.get(1)).attempt()).isZero();
        assertThat(stores.job(jobs.get(0)).state()).isEqualTo(JobState.RUNNING);
    }
}
