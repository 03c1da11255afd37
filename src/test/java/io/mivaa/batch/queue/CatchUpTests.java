package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.testkit.OwnRedis;
import io.mivaa.batch.testkit.Stores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.dao.DataAccessException;

/** Redis is away while much is accepted and worked off, as in an outage of many minutes. */
class CatchUpTests {

    private static final int BATCHES = 50;
    private static final int DOCUMENTS = 40;

    private final Stores stores = new Stores();

    @Test
    void restoresInTwoPassesWhatWasAcceptedWhileRedisWasAway(@TempDir Path folder) {
        try (var redis = new OwnRedis(folder);
                var crew = new Crew(stores, redis.uri())) {
            Accepted before = stores.accept("a", "b", "c");
            crew.reconciler.reconcileOnSchedule();
            assertThat(crew.lists.hints(before.batch())).hasSize(3);
            redis.stop();

            List<Claim> claimed = new ArrayList<>();
            for (int i = 0; i < BATCHES; i++) {
                acceptWhileRedisIsAway(crew, i % 2 == 0 ? Priority.HIGH : Priority.NORMAL);
                claimed.addAll(crew.claim(DOCUMENTS / 2));
                crew.reconciler.reconcileOnSchedule();
            }
            assertThat(claimed).hasSize(BATCHES * DOCUMENTS / 2);
            crew.succeed(claimed.subList(0, 100));

            redis.startAgain();
            crew.awaitRedis();
            crew.reconciler.reconcileOnSchedule();
            crew.reconciler.reconcileOnSchedule();

            long open = stores.jdbc()
                    .sql("select count(*) from job where state = 'QUEUED' and batch_id <> :before")
                    .param("before", before.batch().value())
                    .query(Long.class)
                    .single();
            // The three from before came back with Redis, whether or not they are claimed by now.
            assertThat(crew.restored()).isEqualTo(3.0 + open);
            claimed.addAll(crew.claimWhatThereIs());
            assertThat(crew.degraded()).isFalse();
            assertThat(claimed).extracting(Claim::job).doesNotHaveDuplicates().hasSize(BATCHES * DOCUMENTS + 3);
            crew.assertEachClaimedOnceAndNothingLeft();
        }
    }

    private void acceptWhileRedisIsAway(Crew crew, Priority priority) {
        Accepted batch = stores.accept(
                priority,
                IntStream.range(0, DOCUMENTS)
                        .mapToObj(i -> Stores.document("document " + i))
                        .toList());
        assertThatThrownBy(() -> crew.queue.push(Stores.lane(batch.batch(), priority), batch.queued()))
                .isInstanceOf(DataAccessException.class);
    }
}
