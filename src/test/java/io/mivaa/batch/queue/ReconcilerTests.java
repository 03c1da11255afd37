package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class ReconcilerTests extends QueueFixture {

    private final Stores stores = new Stores();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Reconciler reconciler = reconciler(queue, lists);

    @Test
    void restoresAtTheFirstPassAfterTheStartWhatHasNoHint() {
        Accepted batch = stores.accept("a", "b", "c");

        reconciler.restoreHints();

        assertThat(queue.take(10)).containsExactlyElementsOf(batch.queued());
        assertThat(meters.counter("mivaa.reconciler.hints.restored").count()).isEqualTo(3);
    }

    @Test
    void completesAtTheFirstPassAlsoWhatIsHalfThere() {
        Accepted batch = stores.accept("a", "b", "c");
        push(batch, batch.queued().subList(0, 1));

        reconciler.restoreHints();

        assertThat(queue.take(10)).containsExactlyElementsOf(batch.queued());
    }

    @Test
    void restoresEverythingInTwoPassesAfterRedisLostEverything() {
        Accepted one = stores.accept("a", "b");
        Accepted other = stores.accept(Priority.LOW, List.of(Stores.document("c")));
        reconciler.restoreHints();
        redis.flush();

        reconciler.restoreHints();
        assertThat(queue.take(10)).isEmpty();
        reconciler.restoreHints();

        assertThat(queue.take(10))
                .containsExactlyInAnyOrderElementsOf(Stream.of(one.queued(), other.queued())
                        .flatMap(List::stream)
                        .toList());
    }

    /** A pass is bounded, and yet what one pass finds short the next one repairs. */
    @Test
    void looksAtManyBatchesInSeveralPasses() {
        stores.jdbc().sql("""
                        insert into batch (id, workspace, priority, options)
                        select gen_random_uuid(), 'acme', 'NORMAL', '{}' from generate_series(1, 2500)
                        """).update();
        stores.jdbc().sql("""
                        insert into job (id, batch_id, workspace, filename, media_type, bytes, sha256, metadata,
                                         max_attempts, state, queued_at)
                        select gen_random_uuid(), id, workspace, 'a.txt', 'text/plain', 1, 'x', '{}', 5, 'QUEUED', now()
                          from batch
                        """).update();

        List<Integer> hinted = new ArrayList<>();
        for (int pass = 0; pass < 3; pass++) {
            reconciler.restoreHints();
            hinted.add(lists());
        }
        assertThat(hinted).containsExactly(1_000, 2_000, 2_500);
        redis.flush();

        reconciler.restoreHints();
        assertThat(lists()).isZero();
        reconciler.restoreHints();
        assertThat(lists()).isEqualTo(1_000);
    }

    private int lists() {
        return redis.template().keys("{test}:jobs:*").size();
    }

    @Test
    void leavesAloneABatchThatIsShortInOnePassOnly() {
        Accepted batch = stores.accept("a", "b");
        reconciler.restoreHints();

        List<JobId> between = queue.take(2);
        reconciler.restoreHints();
        stores.claims().take(between, stores.instance(), Claims.ANY_CRASHES);
        reconciler.restoreHints();
        Accepted later = stores.accept("c");
        reconciler.restoreHints();

        assertThat(lists.hints(batch.batch())).isEmpty();
        assertThat(lists.hints(later.batch())).isEmpty();
    }

    @Test
    void countsTwoPassesAnewAfterARepair() {
        Accepted batch = stores.accept("a");
        reconciler.restoreHints();
        redis.flush();
        reconciler.restoreHints();
        reconciler.restoreHints();

        queue.take(1);
        reconciler.restoreHints();

        assertThat(lists.hints(batch.batch())).isEmpty();
    }

    @Test
    void waitsForTheLastHintWhileLittleIsMissing() {
        Accepted batch = stores.accept("a", "b", "c");
        reconciler.restoreHints();
        queue.take(2);

        reconciler.restoreHints();
        reconciler.restoreHints();
        assertThat(lists.hints(batch.batch())).hasSize(1);
        queue.take(1);
        reconciler.restoreHints();
        reconciler.restoreHints();

        assertThat(queue.take(10)).containsExactlyElementsOf(batch.queued());
    }

    @Test
    void restoresAtOnceWhenMoreIsMissingThanWorkersCanHold() {
        Accepted batch = stores.accept(
                Priority.NORMAL,
                Stream.generate(() -> Stores.document("x")).limit(1_101).toList());
        reconciler.restoreHints();
        queue.take(1_000);

        reconciler.restoreHints();
        reconciler.restoreHints();

        assertThat(lists.hints(batch.batch())).doesNotHaveDuplicates().containsAll(batch.queued());
    }

    @Test
    void addsNothingWhereNothingIsMissing() {
        Accepted batch = stores.accept("a", "b");
        push(batch, batch.queued());

        reconciler.restoreHints();
        reconciler.restoreHints();

        assertThat(lists.hints(batch.batch())).containsExactlyElementsOf(batch.queued());
        assertThat(meters.counter("mivaa.reconciler.hints.restored").count()).isZero();
    }

    @Test
    void addsNothingWhenSomebodyElseHasPushedMeanwhile() {
        Accepted batch = stores.accept("a");
        HintLists overtaken = new HintLists(redis.template(), parts.redis(), JobQueueTests.SETTINGS) {
            @Override
            List<Held> held(List<Lane> lanes) {
                List<Held> held = super.held(lanes);
                ReconcilerTests.this.push(batch, batch.queued());
                return held;
            }
        };

        reconciler(queue, overtaken).restoreHints();

        assertThat(lists.hints(batch.batch())).hasSize(1);
    }

    @Test
    void givesNoHintsToWhatMustNotRun() {
        Accepted paused = stores.accept("a");
        stores.control().pause(Stores.WORKSPACE, paused.batch(), true);
        stores.cancellation().cancel(Stores.WORKSPACE, stores.accept("b").batch());

        reconciler.restoreHints();
        reconciler.restoreHints();

        assertThat(queue.take(10)).isEmpty();
        stores.control().pause(Stores.WORKSPACE, paused.batch(), false);
        reconciler.restoreHints();
        reconciler.restoreHints();
        assertThat(queue.take(10)).containsExactlyElementsOf(paused.queued());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{test}:ring:NORMAL", "{test}:ring:NORMAL:acme"})
    void givesABatchItsLostPlaceInTheRings(String ring) {
        Accepted batch = stores.accept("a", "b");
        reconciler.restoreHints();
        redis.template().delete(ring);
        assertThat(queue.take(5)).isEmpty();

        reconciler.restoreHints();

        assertThat(queue.take(5)).containsExactlyElementsOf(batch.queued());
    }

    @Test
    void endsJobsThatWereReplayedWhileTheirBatchWasCancelled() {
        Accepted batch = stores.accept("a", "b");
        stores.jdbc()
                .sql("update batch set cancelled_at = now() where id = :id")
                .param("id", batch.batch().value())
                .update();

        reconciler.reconcileOnSchedule();

        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.CANCELLED);
        assertThat(stores.batch(batch.batch()).counts().cancelled()).isEqualTo(2);
        assertThat(queue.take(5)).isEmpty();
    }

    @Test
    void takesBackWhatDeadInstancesHadAndQueuesIt() {
        Claim orphan = claimOfADeadInstance(stores.accept("a").queued().get(0));
        Claim living = stores.claim(stores.accept("b").queued().get(0));

        reconciler.reconcileOnSchedule();

        assertThat(queue.take(10)).containsExactly(orphan.job());
        assertThat(stores.job(orphan.job()).state()).isEqualTo(JobState.QUEUED);
        assertThat(stores.job(orphan.job()).crashes()).isEqualTo(1);
        assertThat(stores.job(living.job()).state()).isEqualTo(JobState.RUNNING);
        assertThat(meters.counter("mivaa.reconciler.jobs.taken.back").count()).isEqualTo(1);
    }

    @Test
    void countsNobodyAsDeadBeforePostgresHasAnsweredForAWhile() {
        JobId job = stores.accept("a").queued().get(0);
        claimOfADeadInstance(job);
        QueueSettings patient = new QueueSettings(
                "test",
                List.of(8, 4, 2, 1),
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofHours(1),
                3);
        Reconciler afterAnOutage = new Reconciler(
                stores.backlog(), stores.takeover(), stores.cancellation(), queue, lists, patient, meters);

        afterAnOutage.reconcileOnSchedule();
        afterAnOutage.reconcileOnSchedule();

        assertThat(stores.job(job).state()).isEqualTo(JobState.RUNNING);
        assertThat(stores.job(job).crashes()).isZero();
    }

    @Test
    void buriesAJobThatBringsItsWorkersDown() {
        JobId job = stores.accept("a").queued().get(0);
        for (int crash = 0; crash < 3; crash++) {
            claimOfADeadInstance(job);
            reconciler.takeBack();
        }

        assertThat(stores.job(job).state()).isEqualTo(JobState.DEAD);
        assertThat(stores.job(job).crashes()).isEqualTo(3);
        assertThat(queue.take(10)).containsExactly(job, job);
    }

    @Test
    void makesUpForAPushThatFailed() {
        Claim orphan = claimOfADeadInstance(stores.accept("a").queued().get(0));
        try (RedisAccess nowhere = RedisAccess.nowhere()) {
            QueueParts away = QueueParts.on(nowhere, JobQueueTests.SETTINGS);
            Reconciler cutOff = reconciler(away.queue(), away.lists());
            assertThatThrownBy(cutOff::takeBack).isInstanceOf(DataAccessException.class);
            cutOff.reconcileOnSchedule();
        }

        reconciler.reconcileOnSchedule();

        assertThat(queue.take(10)).containsExactly(orphan.job());
    }

    @Test
    void staysCalmWhilePostgresIsAway() {
        Stores away = new Stores(new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none"));
        Reconciler cutOff = new Reconciler(
                away.backlog(), away.takeover(), away.cancellation(), queue, lists, JobQueueTests.SETTINGS, meters);

        cutOff.reconcileOnSchedule();

        assertThat(queue.take(1)).isEmpty();
    }

    private Reconciler reconciler(JobQueue over, HintLists read) {
        return new Reconciler(
                stores.backlog(), stores.takeover(), stores.cancellation(), over, read, JobQueueTests.SETTINGS, meters);
    }

    private Claim claimOfADeadInstance(JobId job) {
        InstanceId dead = InstanceId.create();
        stores.instances().register(dead, "there", 1, 2, Duration.ZERO);
        return stores.claims().take(List.of(job), dead, Claims.ANY_CRASHES).get(0);
    }

    private void push(Accepted batch, List<JobId> jobs) {
        queue.push(Stores.lane(batch.batch(), Priority.NORMAL), jobs);
    }
}
