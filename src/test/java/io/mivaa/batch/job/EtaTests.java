package io.mivaa.batch.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Eta.Reason;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a batch will be done, and why that cannot be told. */
class EtaTests {

    private final Stores stores = new Stores();

    @BeforeEach
    void anInstanceLives() {
        stores.instance();
    }

    @Test
    void isMeasuredUntilEnoughIsDone() {
        Acceptance.Accepted batch = batch(NewBatch.Start.NOW, 10);
        assertThat(reason(batch)).isEqualTo(Reason.MEASURING);

        succeed(batch, 0, 1);
        measuredFor(batch, 10);

        assertThat(reason(batch)).isEqualTo(Reason.MEASURING);
    }

    @Test
    void comesFromTheSpeedOfLate() {
        Acceptance.Accepted batch = batch(NewBatch.Start.NOW, 10);
        succeed(batch, 0, 5);
        measuredFor(batch, 10);

        Eta eta = eta(batch);

        assertThat(eta.reason()).isNull();
        assertThat(seconds(eta.left())).isBetween(8.0, 13.0);
        assertThat(seconds(eta.low())).isLessThan(seconds(eta.left()));
        assertThat(seconds(eta.high())).isGreaterThan(seconds(eta.left()));
        assertThat(eta.finishAt()).isNotNull();
    }

    @Test
    void forgetsASpeedOfLongAgo() {
        Acceptance.Accepted batch = batch(NewBatch.Start.NOW, 10);
        succeed(batch, 0, 5);
        measuredFor(batch, 10_000);
        stores.jdbc()
                .sql("update batch_work set recent_at = now() - interval '2 minutes', recent = recent")
                .update();

        assertThat(seconds(eta(batch).left())).isGreaterThan(200);
    }

    @Test
    void isMeasuredAnewAfterABreak() {
        Acceptance.Accepted batch = batch(NewBatch.Start.NOW, 10);
        succeed(batch, 0, 5);
        measuredFor(batch, 1_000);
        stores.jdbc()
                .sql("update batch_work set recent_at = now() - interval '10 minutes'")
                .update();

        stores.claim(batch.queued().get(5));

        assertThat(reason(batch)).isEqualTo(Reason.MEASURING);
        assertThat(stores.jdbc()
                        .sql("select now() - measured_since < interval '1 minute' from batch")
                        .query(Boolean.class)
                        .single())
                .isTrue();
    }

    @Test
    void isUnknownWhileTheBatchOrItsWorkspaceIsPaused() {
        Acceptance.Accepted batch = batch(NewBatch.Start.NOW, 1);

        stores.control().pauseAll(Stores.WORKSPACE, true);
        assertThat(reason(batch)).isEqualTo(Reason.PAUSED);
        stores.control().pauseAll(Stores.WORKSPACE, false);
        assertThat(reason(batch)).isEqualTo(Reason.MEASURING);
        stores.control().pause(Stores.WORKSPACE, batch.batch(), true);
        assertThat(reason(batch)).isEqualTo(Reason.PAUSED);
    }

    @Test
    void isUnknownBeforeTheTimeHasComeOrOthersHaveEnded() {
        Acceptance.Accepted first = batch(NewBatch.Start.NOW, 1);

        assertThat(reason(batch(new NewBatch.Start(Instant.parse("2999-01-01T00:00:00Z"), List.of()), 1)))
                .isEqualTo(Reason.SCHEDULED);
        assertThat(reason(batch(new NewBatch.Start(null, List.of(first.batch())), 1)))
                .isEqualTo(Reason.WAITING_FOR_BATCHES);
    }

    @Test
    void isUnknownWhenNoInstanceLives() {
        Acceptance.Accepted batch = batch(NewBatch.Start.NOW, 1);
        stores.jdbc()
                .sql("update worker_instance set lease_until = now() - interval '1 second'")
                .update();

        assertThat(reason(batch)).isEqualTo(Reason.NO_WORKERS);
    }

    @Test
    void isUnknownWhileTheProviderIsAway() {
        Acceptance.Accepted batch = batch(NewBatch.Start.NOW, 2);
        Failure limited = new Failure(FailureClass.RATE_LIMITED, "provider-unavailable", "Later.");
        stores.settling()
                .retryLater(
                        stores.claim(batch.queued().get(0)),
                        limited,
                        Duration.ofMinutes(1),
                        false,
                        JobStage.PARSING,
                        Map.of("waiting", 1L));

        assertThat(reason(batch)).isEqualTo(Reason.RATE_LIMITED);
        succeed(batch, 1, 2);
        assertThat(reason(batch)).isEqualTo(Reason.RETRYING);
    }

    @Test
    void isUnknownWhenAllThatIsLeftWaitsToBeTriedAgain() {
        Acceptance.Accepted batch = batch(NewBatch.Start.NOW, 1);
        Failure failed = new Failure(FailureClass.TRANSIENT, "broken", "It broke.");
        stores.settling()
                .retryLater(
                        stores.claim(batch.queued().get(0)),
                        failed,
                        Duration.ofMinutes(1),
                        true,
                        JobStage.PARSING,
                        Map.of());

        assertThat(reason(batch)).isEqualTo(Reason.RETRYING);
    }

    @Test
    void isNothingWhenTheBatchIsDone() {
        Acceptance.Accepted batch = batch(NewBatch.Start.NOW, 1);
        succeed(batch, 0, 1);

        Eta eta = eta(batch);

        assertThat(eta.reason()).isEqualTo(Reason.DONE);
        assertThat(eta.left()).isEqualTo(Duration.ZERO);
        assertThat(eta.finishAt()).isEqualTo(stores.batch(batch.batch()).finishedAt());
    }

    private Acceptance.Accepted batch(NewBatch.Start start, int documents) {
        return new Acceptance.Accepted(
                stores.accept(Stores.WORKSPACE, Priority.NORMAL, null, start, documents)
                        .batch(),
                stores.jobs().list(Stores.WORKSPACE, newest(), null, null, 100).items().stream()
                        .map(Job::id)
                        .toList());
    }

    private BatchId newest() {
        return stores.batches()
                .list(Stores.WORKSPACE, Batches.Filter.ANY, null, 1)
                .items()
                .get(0)
                .id();
    }

    private void succeed(Acceptance.Accepted batch, int from, int to) {
        batch.queued().subList(from, to).forEach(job -> stores.succeed(stores.claim(job)));
    }

    /** As if it had been worked on for so long, all of the time on one worker. */
    private void measuredFor(Acceptance.Accepted batch, int seconds) {
        stores.jdbc()
                .sql("""
                        update batch set measured_since = now() - :seconds * interval '1 second' where id = :id
                        """)
                .param("seconds", seconds)
                .param("id", batch.batch().value())
                .update();
        stores.jdbc()
                .sql("""
                        update batch_work
                           set worked_millis = :seconds * 1000, recent_at = now(),
                               worked_scatter = (:seconds * 1000.0) ^ 2 / worked_size
                         where batch_id = :id
                        """)
                .param("seconds", seconds)
                .param("id", batch.batch().value())
                .update();
    }

    private Eta eta(Acceptance.Accepted batch) {
        return stores.batch(batch.batch()).outlook().eta();
    }

    private Reason reason(Acceptance.Accepted batch) {
        return Objects.requireNonNull(eta(batch).reason());
    }

    private static double seconds(@Nullable Duration duration) {
        return Objects.requireNonNull(duration).toMillis() / 1000.0;
    }
}
