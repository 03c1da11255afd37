package io.mivaa.batch.job.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.waiting.Hint;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettlingTests {

    private static final Stores stores = new Stores();

    private final Failure failure = new Failure(FailureClass.TRANSIENT, "embedding-unavailable", "It is away.");

    @Test
    void settlesASuccessWithItsResult() {
        Claim claim = stores.claim(stores.accept("one").queued().get(0));

        stores.succeed(new Success(claim, stores.result(), false, 3, 12, Map.of("parsing", 5L)));

        Job job = stores.job(claim.job());
        assertThat(job.state()).isEqualTo(JobState.SUCCEEDED);
        assertThat(job.stage()).isNull();
        assertThat(job.pages()).isEqualTo(3);
        assertThat(job.chunks()).isEqualTo(12);
        assertThat(job.finishedAt()).isNotNull();
        assertThat(stores.jobs().attempts(Stores.WORKSPACE, claim.job()))
                .singleElement()
                .satisfies(attempt -> {
                    assertThat(attempt.outcome()).isEqualTo("SUCCEEDED");
                    assertThat(attempt.endedAt()).isNotNull();
                    assertThat(attempt.timings()).isEqualTo(Map.of("parsing", 5L));
                });
        assertThat(stores.settling().settled(claim)).isTrue();
    }

    @Test
    void letsOnlyTheHolderOfTheFenceSettle() {
        Claim stale = stores.claim(stores.accept("one").queued().get(0));
        stores.settling().handBack(stale);
        Claim current = stores.claim(stale.job());
        assertThat(current.fence()).isGreaterThan(stale.fence());
        var result = stores.result();

        assertThatThrownBy(() -> stores.succeed(new Success(stale, result, false, null, 1, Map.of())))
                .isInstanceOf(ClaimLost.class);
        assertThatThrownBy(() ->
                        stores.settling().retryLater(stale, failure, Duration.ZERO, true, JobStage.EMBEDDING, Map.of()))
                .isInstanceOf(ClaimLost.class);
        assertThatThrownBy(() -> stores.settling().bury(stale, failure, JobStage.EMBEDDING, Map.of()))
                .isInstanceOf(ClaimLost.class);
        assertThatThrownBy(() -> stores.settling().handBack(stale)).isInstanceOf(ClaimLost.class);
        assertThat(stores.heldClaims()
                        .progress(List.of(new JobProgress(stale, true, JobStage.CHUNKING, null, null, null))))
                .containsExactly(new HeldClaims.ProgressAnswer(true, false));
        assertThat(stores.job(stale.job()).state()).isEqualTo(JobState.RUNNING);
        assertThat(stores.settling().settled(current)).isFalse();
    }

    /** A database that was restored, or a standby that lagged, may give out a fence a second time. */
    @Test
    void letsOnlyTheInstanceSettleThatHasTheJobEvenIfAnotherHasTheSameFence() {
        JobId job = stores.accept("one").queued().get(0);
        Claim earlier = stores.claim(job);
        InstanceId other = stores.instance();
        stores.jdbc()
                .sql("update job set claimed_by = :other where id = :job")
                .param("other", other.value())
                .param("job", job.value())
                .update();

        assertThatThrownBy(() -> stores.succeed(earlier)).isInstanceOf(ClaimLost.class);
        assertThatThrownBy(() -> stores.settling().handBack(earlier)).isInstanceOf(ClaimLost.class);
        assertThatThrownBy(() -> stores.settling().bury(earlier, failure, JobStage.PARSING, Map.of()))
                .isInstanceOf(ClaimLost.class);
        assertThat(stores.heldClaims()
                        .progress(List.of(new JobProgress(earlier, true, JobStage.CHUNKING, 1, 1, 0)))
                        .get(0)
                        .lost())
                .isTrue();
        assertThat(stores.settling().settled(earlier)).isFalse();
        assertThat(stores.job(job).state()).isEqualTo(JobState.RUNNING);
    }

    @Test
    void letsARetryWaitInTheDatabaseAndKeepItsError() {
        Claim claim = stores.claim(stores.accept("one").queued().get(0));

        stores.settling().retryLater(claim, failure, Duration.ofMinutes(5), true, JobStage.EMBEDDING, Map.of());

        Job job = stores.job(claim.job());
        assertThat(job.state()).isEqualTo(JobState.RETRYING);
        assertThat(job.attempt()).isEqualTo(1);
        assertThat(job.error()).isEqualTo(failure);
        assertThat(job.runAfter()).isAfter(job.createdAt().plusSeconds(290));
        assertThat(stores.promotion().promoteDue(100)).extracting(Hint::job).doesNotContain(claim.job());
    }

    @Test
    void chargesNoAttemptForAPatientRetry() {
        Claim claim = stores.claim(stores.accept("one").queued().get(0));

        stores.settling().retryLater(claim, failure, Duration.ZERO, false, JobStage.EMBEDDING, Map.of());

        assertThat(stores.job(claim.job()).attempt()).isZero();
        assertThat(stores.promotion().promoteDue(100)).extracting(Hint::job).contains(claim.job());
        Claim again = stores.claim(claim.job());
        assertThat(again.attempt()).isEqualTo(1);
        assertThat(again.fence()).isEqualTo(2);
    }

    @Test
    void buriesAJobForAPerson() {
        Claim claim = stores.claim(stores.accept("one").queued().get(0));

        stores.settling().bury(claim, Failure.invalidInput("no-text", "There is no text."), JobStage.PARSING, Map.of());

        Job job = stores.job(claim.job());
        assertThat(job.state()).isEqualTo(JobState.DEAD);
        assertThat(job.error()).isEqualTo(Failure.invalidInput("no-text", "There is no text."));
        assertThat(stores.jobs().attempts(Stores.WORKSPACE, claim.job()).get(0).error())
                .isEqualTo(job.error());
    }

    @Test
    void handsBackWithoutChargingAnything() {
        Claim claim = stores.claim(stores.accept("one").queued().get(0));

        stores.settling().handBack(claim);

        Job job = stores.job(claim.job());
        assertThat(job.state()).isEqualTo(JobState.QUEUED);
        assertThat(job.attempt()).isZero();
        assertThat(job.crashes()).isZero();
        assertThat(stores.jobs().attempts(Stores.WORKSPACE, claim.job()).get(0).outcome())
                .isEqualTo("HANDED_BACK");
    }
}
