package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.testkit.Stores;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.DataAccessException;

/** Whatever error Redis answers with, it counts as away. */
class RedisErrorsTests {

    private final Stores stores = new Stores();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOADING Redis is loading the dataset in memory",
                "MOVED 3999 127.0.0.1:6381",
                "ASK 3999 127.0.0.1:6381",
                "CLUSTERDOWN The cluster is down",
                "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
                "MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.",
                "NOREPLICAS Not enough good replicas to write.",
                "NOAUTH Authentication required.",
                "NOPERM this user has no permissions to run the 'evalsha' command",
                "TRYAGAIN Multiple keys request during rehashing of slot",
                "ERR anything"
            })
    void goesOnFromPostgres(String error) throws Exception {
        Accepted batch = stores.accept("a", "b", "c");
        try (var redis = new ErroringRedis(error);
                var crew = new Crew(stores, redis.uri())) {
            assertThatThrownBy(() -> crew.queue.push(Stores.lane(batch.batch(), Priority.NORMAL), batch.queued()))
                    .isInstanceOf(DataAccessException.class)
                    .rootCause()
                    .hasMessageContaining(error);
            crew.reconciler.reconcileOnSchedule();

            assertThat(crew.claim(5)).extracting(Claim::job).containsExactlyInAnyOrderElementsOf(batch.queued());
            assertThat(crew.degraded()).isTrue();
            assertThat(crew.restored()).isZero();
        }
    }
}
