package io.mivaa.batch.job.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Success;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JobsTests {

    private static final int MANY = 3_000;

    private final Stores stores = new Stores();

    @Test
    void looksAtFewJobsToTellTheNextOfMany() {
        Acceptance.Accepted low = stores.accept(Stores.WORKSPACE, Priority.LOW, MANY);
        Acceptance.Accepted high = stores.accept(Stores.WORKSPACE, Priority.HIGH, 3);
        stores.jdbc().sql("analyze job, batch").update();

        List<Job> next = stores.transactions().execute(status -> {
            long before = rowsRead();
            List<Job> found = stores.nextJobs().list(Stores.WORKSPACE, List.of(), 20);
            assertThat(rowsRead() - before).as("rows of jobs read").isBetween(20L, 100L);
            return found;
        });

        assertThat(next)
                .extracting(Job::id)
                .containsExactlyElementsOf(java.util.stream.Stream.concat(
                                high.queued().stream(), low.queued().stream().limit(17))
                        .toList());
    }

    @Test
    void tellsOfAnEarlierAttemptNothingThatBelongsToALaterOne() {
        JobId id = stores.accept("a").queued().get(0);
        Failure failed = new Failure(FailureClass.TRANSIENT, "broken", "It broke.");
        stores.settling().retryLater(stores.claim(id), failed, Duration.ZERO, true, JobStage.PARSING, Map.of());
        Instant then = Objects.requireNonNull(stores.job(id).runAfter());
        stores.promotion().promoteDue(500);
        stores.claim(id);
        stores.jdbc()
                .sql("update job set stage = 'EMBEDDING', pages = 3, chunks = 7, embedded = 2")
                .update();

        Job now = stores.job(id);

        assertThat(now.asOf(JobState.RUNNING, 2, null, then).stage()).isEqualTo(JobStage.EMBEDDING);
        assertThat(now.asOf(JobState.RUNNING, 2, null, then).chunks()).isEqualTo(7);
        Job first = now.asOf(JobState.RUNNING, 1, null, then);
        assertThat(first.attempt()).isEqualTo(1);
        assertThat(first.stage()).isEqualTo(JobStage.PARSING);
        assertThat(first.pages()).isNull();
        assertThat(first.chunks()).isNull();
        assertThat(first.embedded()).isNull();
    }

    @Test
    void tellsOfTheTimeBeforeItsStartThatAJobHadNotStarted() {
        JobId id = stores.accept("a").queued().get(0);
        Instant accepted = stores.job(id).createdAt();
        assertThat(stores.job(id).asOf(JobState.QUEUED, 0, null, accepted).startedAt())
                .isNull();
        stores.settling().handBack(stores.claim(id));
        Instant started = Objects.requireNonNull(stores.job(id).startedAt());
        stores.cancellation().cancel(Stores.WORKSPACE, id);

        Job now = stores.job(id);

        assertThat(now.asOf(JobState.QUEUED, 0, null, accepted).startedAt()).isNull();
        assertThat(now.asOf(JobState.RUNNING, 1, null, started).startedAt()).isEqualTo(started);
        assertThat(now.asOf(JobState.CANCELLED, 0, null, Objects.requireNonNull(now.finishedAt()))
                        .startedAt())
                .isEqualTo(started);
    }

    @Test
    void tellsOnlyOfItsEndWhoseResultItIs() {
        JobId id = stores.accept("a").queued().get(0);
        Claim claim = stores.claim(id);
        stores.succeed(new Success(claim, stores.result(), true, null, 1, Map.of()));

        Job now = stores.job(id);

        Instant end = Objects.requireNonNull(now.finishedAt());
        assertThat(now.asOf(JobState.SUCCEEDED, 1, null, end).reused()).isTrue();
        assertThat(now.asOf(JobState.RUNNING, 1, null, end).reused()).isFalse();
    }

    /** By this connection, some of its former transactions included. */
    private long rowsRead() {
        return stores.jdbc().sql("""
                        select seq_tup_read + coalesce(idx_tup_fetch, 0)
                          from pg_stat_xact_user_tables where relname = 'job'
                        """).query(Long.class).single();
    }
}
