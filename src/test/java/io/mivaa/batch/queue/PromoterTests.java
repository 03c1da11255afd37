package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class PromoterTests extends QueueFixture {

    private final Stores stores = new Stores();
    private final Promoter promoter = new Promoter(stores.promotion(), stores.backlog(), queue, lists);

    @Test
    void queuesWhatIsDueAndNothingElse() {
        Accepted due = stores.accept("a");
        waitUntil(due, "now()");
        Accepted later = stores.accept("b");
        waitUntil(later, "now() + interval '1 hour'");

        promoter.promoteOnSchedule();

        assertThat(queue.take(10)).containsExactlyElementsOf(due.queued());
        assertThat(state(due)).isEqualTo(JobState.QUEUED);
        assertThat(state(later)).isEqualTo(JobState.RETRYING);
    }

    @Test
    void goesOnUntilNothingMoreIsDue() {
        Accepted many = stores.accept(
                Priority.LOW,
                Stream.generate(() -> Stores.document("x")).limit(1_001).toList());
        waitUntil(many, "now()");

        promoter.promote();

        assertThat(lists.held(List.of(Stores.lane(many.batch(), Priority.LOW))))
                .containsExactly(new HintLists.Held(1_001, true));
        assertThat(redis.template().opsForZSet().size("{test}:ring:LOW")).isEqualTo(1);
    }

    @Test
    void promotesInPostgresAlsoWhileRedisIsAway() {
        Accepted due = stores.accept("a");
        waitUntil(due, "now()");
        try (RedisAccess nowhere = RedisAccess.nowhere()) {
            QueueParts away = QueueParts.on(nowhere, JobQueueTests.SETTINGS);
            Promoter cutOff = new Promoter(stores.promotion(), stores.backlog(), away.queue(), away.lists());

            assertThatThrownBy(cutOff::promote).isInstanceOf(DataAccessException.class);

            assertThat(state(due)).isEqualTo(JobState.QUEUED);
            waitUntil(due, "now()");
            cutOff.promoteOnSchedule();
            assertThat(state(due)).isEqualTo(JobState.QUEUED);
        }
    }

    @Test
    void staysCalmWhilePostgresIsAway() {
        Stores away = new Stores(new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/none"));

        new Promoter(away.promotion(), away.backlog(), queue, lists).promoteOnSchedule();

        assertThat(queue.take(1)).isEmpty();
    }

    @Test
    void hintsTheNextJobOfABoundedBatchAlsoBetweenThePasses() {
        Accepted batch = stores.accept(Stores.WORKSPACE, Priority.NORMAL, 1, NewBatch.Start.NOW, 3);
        promoter.feed();
        for (JobId job : batch.queued()) {
            assertThat(queue.take(5)).containsExactly(job);
            Claim claim = stores.claim(job);
            promoter.followOnSchedule();
            assertThat(queue.take(5)).as("while it runs").isEmpty();

            stores.succeed(claim);

            promoter.followOnSchedule();
        }
        assertThat(queue.take(5)).isEmpty();
    }

    @Test
    void givesABoundedBatchThatNobodyTakesFromNoMoreThanItHasRoomFor() {
        Accepted batch = stores.accept(Stores.WORKSPACE, Priority.NORMAL, 2, NewBatch.Start.NOW, 9);
        promoter.feed();

        for (int i = 0; i < 10; i++) {
            promoter.followOnSchedule();
        }

        assertThat(queue.take(9)).containsExactlyElementsOf(batch.queued().subList(0, 2));
    }

    @Test
    void looksAtManyBatchesWithABoundInSeveralPasses() {
        insertBatchesWithABound(700);

        promoter.feed();
        assertThat(lists()).isEqualTo(500);
        promoter.feed();
        assertThat(lists()).isEqualTo(700);
    }

    @Test
    void startsAllJobsOfALargeBatchThatWaitedForAnotherInOnePass() {
        Accepted first = stores.accept("a");
        Accepted waiting = stores.accept(
                Stores.WORKSPACE, Priority.NORMAL, null, new NewBatch.Start(null, List.of(first.batch())), 1_001);
        stores.succeed(stores.claim(first.queued().get(0)));

        promoter.startDependents();
        promoter.promote();

        assertThat(stores.batch(waiting.batch()).counts().queued()).isEqualTo(1_001);
    }

    @Test
    void pushesOnlyTheHintsThatABoundedBatchDoesNotHave() {
        Accepted batch = stores.accept(Stores.WORKSPACE, Priority.NORMAL, 2, NewBatch.Start.NOW, 3);
        queue.push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued().subList(0, 1));

        promoter.feed();

        assertThat(queue.take(5)).containsExactlyElementsOf(batch.queued().subList(0, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{test}:ring:NORMAL", "{test}:ring:NORMAL:acme"})
    void givesABoundedBatchItsLostPlaceInTheRings(String ring) {
        Accepted batch = stores.accept(Stores.WORKSPACE, Priority.NORMAL, 1, NewBatch.Start.NOW, 2);
        promoter.feed();
        redis.template().delete(ring);
        assertThat(queue.take(5)).isEmpty();

        promoter.feed();

        assertThat(queue.take(5)).containsExactly(batch.queued().get(0));
    }

    @ParameterizedTest
    @CsvSource({"100, true", "101, false"})
    void looksBetweenThePassesOnlyWhileFewBatchesHaveABound(int batches, boolean looks) {
        insertBatchesWithABound(batches);
        promoter.feed();
        redis.flush();

        promoter.followOnSchedule();

        assertThat(lists()).isEqualTo(looks ? batches : 0);
        promoter.feed();
        assertThat(lists()).isEqualTo(batches);
    }

    private int lists() {
        return redis.template().keys("{test}:jobs:*").size();
    }

    private void insertBatchesWithABound(int count) {
        stores.jdbc().sql("""
                        insert into batch (id, workspace, priority, options, max_in_flight)
                        select gen_random_uuid(), 'acme', 'NORMAL', '{}', 1 from generate_series(1, :count)
                        """).param("count", count).update();
        stores.jdbc().sql("""
                        insert into job (id, batch_id, workspace, filename, media_type, bytes, sha256, metadata,
                                         max_attempts, state, queued_at)
                        select gen_random_uuid(), id, workspace, 'a.txt', 'text/plain', 1, 'x', '{}', 5, 'QUEUED', now()
                          from batch
                        """).update();
    }

    private void waitUntil(Accepted batch, String time) {
        stores.jdbc()
                .sql("update job set state = 'RETRYING', queued_at = null, run_after = " + time
                        + " where batch_id = :batch")
                .param("batch", batch.batch().value())
                .update();
    }

    private JobState state(Accepted batch) {
        JobId job = batch.queued().get(0);
        return stores.job(job).state();
    }
}
