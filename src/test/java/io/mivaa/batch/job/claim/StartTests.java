package io.mivaa.batch.job.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.waiting.Backlog;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Batches that start later, after others, or only so many jobs at a time. */
class StartTests {

    private final Instant tomorrow = Instant.now().plus(Duration.ofDays(1));

    private final Stores stores = new Stores();

    @Test
    void aScheduledBatchWaitsForItsTime() {
        Accepted batch = scheduled(tomorrow);

        assertThat(batch.queued()).isEmpty();
        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.SCHEDULED);
        assertThat(stores.batch(batch.batch()).scheduledAt()).isCloseTo(tomorrow, within());
        assertThat(stores.promotion().promoteDue(10)).isEmpty();

        stores.jdbc().sql("update job set run_after = now()").update();

        assertThat(stores.promotion().promoteDue(10)).hasSize(2);
        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.QUEUED);
    }

    @Test
    void aBatchScheduledForThePastStartsAtOnce() {
        assertThat(scheduled(Instant.EPOCH).queued()).hasSize(2);
    }

    @Test
    void aScheduledBatchWithARefusedDocumentIsScheduledAllTheSame() throws Exception {
        Accepted batch = stores.acceptance()
                .accept(
                        new NewBatch(
                                Stores.WORKSPACE,
                                null,
                                Priority.LOW,
                                Stores.OPTIONS,
                                List.of(),
                                new NewBatch.Start(tomorrow, List.of())),
                        List.of(
                                Stores.document("fine"),
                                Stores.document(null, "bad", Failure.invalidInput("empty-document", "Empty."))));

        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.SCHEDULED);
        assertThat(stores.batch(batch.batch()).counts().dead()).isEqualTo(1);
    }

    @Test
    void aCancelledBatchNeverStarts() {
        Accepted batch = scheduled(tomorrow);

        stores.cancellation().cancel(Stores.WORKSPACE, batch.batch());

        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.CANCELLED);
        stores.promotion().startDependents(10);
        assertThat(stores.promotion().promoteDue(10)).isEmpty();
    }

    @Test
    void aBatchStartsWhenAllItWaitsForHaveEndedWell() {
        Accepted one = stores.accept("a");
        Accepted other = stores.accept("b", "c");
        Accepted last = after(one.batch(), other.batch());
        assertThat(last.queued()).isEmpty();

        succeed(one.queued().get(0));
        succeed(other.queued().get(0));
        assertThat(stores.promotion().startDependents(10)).isZero();
        assertThat(stores.batch(last.batch()).state()).isEqualTo(BatchState.SCHEDULED);
        assertThat(stores.batches().isAwaited(one.batch())).isTrue();
        assertThat(stores.results().forgetBatch(Stores.WORKSPACE, one.batch())).isFalse();
        bury(other.queued().get(1));

        assertThat(stores.promotion().startDependents(10)).isEqualTo(2);
        assertThat(stores.promotion().promoteDue(10)).hasSize(2);
        assertThat(stores.batches().isAwaited(one.batch())).isFalse();
        assertThat(stores.promotion().startDependents(10)).isZero();
        assertThat(stores.batch(last.batch()).after()).containsExactly(one.batch(), other.batch());
    }

    @Test
    void aBatchThatWaitsForAFailedOneIsGivenUpAndSoAreThoseThatWaitForIt() {
        Accepted first = stores.accept("a");
        Accepted second = after(first.batch());
        Accepted third = after(second.batch());

        bury(first.queued().get(0));
        int changed;
        do {
            changed = stores.promotion().startDependents(1);
        } while (changed > 0);

        for (Accepted batch : List.of(second, third)) {
            assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.FAILED);
            assertThat(stores.jobs()
                            .list(Stores.WORKSPACE, batch.batch(), null, null, 10)
                            .items())
                    .hasSize(2)
                    .allMatch(job -> job.state() == JobState.DEAD
                            && "dependency-failed"
                                    .equals(java.util.Objects.requireNonNull(job.error())
                                            .code()));
        }
    }

    @Test
    void aBatchIsGivenUpAsSoonAsOneOfThoseItWaitsForIsCancelled() {
        Accepted open = stores.accept("a");
        Accepted cancelled = stores.accept("b");
        Accepted waiting = after(open.batch(), cancelled.batch());

        stores.cancellation().cancel(Stores.WORKSPACE, cancelled.batch());
        stores.promotion().startDependents(10);

        assertThat(stores.batch(waiting.batch()).state()).isEqualTo(BatchState.FAILED);
    }

    @Test
    void aBatchIsGivenUpWhenOneOfThoseItWaitsForIsGone() {
        Accepted gone = stores.accept("a");
        Accepted waiting = after(gone.batch());
        stores.jdbc()
                .sql("delete from batch where id = :id")
                .param("id", gone.batch().value())
                .update();

        stores.promotion().startDependents(10);

        assertThat(stores.batch(waiting.batch()).state()).isEqualTo(BatchState.FAILED);
    }

    @Test
    void aBatchAfterOthersAlsoWaitsForItsOwnTime() {
        Accepted first = stores.accept("a");
        Accepted later = accept(new NewBatch.Start(tomorrow, List.of(first.batch())));
        succeed(first.queued().get(0));

        assertThat(stores.promotion().startDependents(10)).isEqualTo(2);

        assertThat(stores.promotion().promoteDue(10)).isEmpty();
        assertThat(stores.jobs()
                        .list(Stores.WORKSPACE, later.batch(), null, null, 10)
                        .items())
                .allSatisfy(job -> assertThat(job.runAfter()).isCloseTo(tomorrow, within()));
    }

    @Test
    void noMoreJobsOfABatchRunAtATimeThanItAllows() {
        Accepted batch = bounded(3, 10);

        assertThat(stores.claims().take(batch.queued(), stores.instance(), Claims.ANY_CRASHES))
                .hasSize(3);
        assertThat(stores.claims().take(batch.queued(), stores.instance(), Claims.ANY_CRASHES))
                .isEmpty();

        assertThat(stores.backlog().boundedBatches(null, 10))
                .containsExactly(new Backlog.Waiting(new Lane(Stores.WORKSPACE, batch.batch(), Priority.NORMAL, 3), 0));
        assertThat(stores.backlog().waitingBatches(null, 10)).isEmpty();
    }

    @Test
    void theBoundHoldsAlsoWhenManyInstancesClaimAtATime() throws Exception {
        Accepted batch = bounded(5, 64);
        List<InstanceId> instances =
                IntStream.range(0, 8).mapToObj(i -> stores.instance()).toList();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> claims = IntStream.range(0, 8)
                    .<Callable<Integer>>mapToObj(i -> () -> stores.claims()
                            .take(batch.queued().subList(8 * i, 8 * i + 8), instances.get(i), Claims.ANY_CRASHES)
                            .size())
                    .toList();
            int claimed = 0;
            for (var claim : threads.invokeAll(claims)) {
                claimed += claim.get();
            }

            assertThat(claimed).isEqualTo(5);
            assertThat(stores.batch(batch.batch()).counts().running()).isEqualTo(5);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aClaimLocksBatchesInTheOrderOfTheirIds() throws Exception {
        Accepted free = stores.accept("a");
        Accepted bounded = bounded(1, 1);
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Future<List<Claim>> claim = stores.transactions().execute(status -> {
                lock(free, "");
                Future<List<Claim>> waits = threads.submit(() -> stores.claims()
                        .take(
                                List.of(free.queued().get(0), bounded.queued().get(0)),
                                stores.instance(),
                                Claims.ANY_CRASHES));
                org.awaitility.Awaitility.await().until(() -> Stores.somebodyWaitsForALock(stores.jdbc()));
                // Whoever has the first may have the second.
                lock(bounded, "nowait");
                return waits;
            });

            assertThat(claim.get(20, TimeUnit.SECONDS)).hasSize(2);
        } finally {
            threads.shutdownNow();
        }
    }

    private void lock(Accepted batch, String wait) {
        stores.jdbc()
                .sql("select id from batch where id = :id for no key update " + wait)
                .param("id", batch.batch().value())
                .query(java.util.UUID.class)
                .single();
    }

    @Test
    void aBoundOfOneBatchIsNoneOfAnother() {
        Accepted bounded = bounded(1, 4);
        Accepted free = stores.accept("a", "b", "c");
        List<JobId> all = IntStream.range(0, 3)
                .mapToObj(i -> List.of(bounded.queued().get(i), free.queued().get(i)))
                .flatMap(List::stream)
                .toList();

        assertThat(stores.claims().take(all, stores.instance(), Claims.ANY_CRASHES))
                .extracting(Claim::batch)
                .containsOnly(bounded.batch(), free.batch())
                .hasSize(4);
    }

    private static org.assertj.core.data.TemporalUnitOffset within() {
        return new org.assertj.core.data.TemporalUnitWithinOffset(1, java.time.temporal.ChronoUnit.SECONDS);
    }

    private Accepted bounded(int maxInFlight, int documents) {
        return stores.accept(Stores.WORKSPACE, Priority.NORMAL, maxInFlight, NewBatch.Start.NOW, documents);
    }

    private Accepted scheduled(Instant at) {
        return accept(new NewBatch.Start(at, List.of()));
    }

    private Accepted after(BatchId... batches) {
        return accept(new NewBatch.Start(null, List.of(batches)));
    }

    private Accepted accept(NewBatch.Start start) {
        return stores.accept(Stores.WORKSPACE, Priority.NORMAL, null, start, 2);
    }

    private void succeed(JobId job) {
        stores.succeed(stores.claim(job));
    }

    private void bury(JobId job) {
        stores.settling().bury(stores.claim(job), Failure.invalidInput("no-text", "None."), JobStage.PARSING, Map.of());
    }
}
