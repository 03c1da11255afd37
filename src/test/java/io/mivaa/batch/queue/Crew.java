package io.mivaa.batch.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** An instance that claims whatever it learns of, with a reconciler that passes when it is told to. */
final class Crew implements AutoCloseable {

    /** Redis is asked again at once: what a test counts is passes, not seconds. */
    static final QueueSettings IMPATIENT = new QueueSettings(
            "test",
            List.of(8, 4, 2, 1),
            Duration.ofMillis(250),
            Duration.ofSeconds(1),
            Duration.ZERO,
            Duration.ZERO,
            3);

    private static final int WANT = 16;

    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final RedisAccess redis;
    final JobQueue queue;
    final HintLists lists;
    final HintSource hints;
    final Reconciler reconciler;

    private final Stores stores;
    private final InstanceId instance;

    Crew(Stores stores, String redisUri) {
        this.stores = stores;
        this.redis = new RedisAccess(redisUri);
        QueueParts parts = QueueParts.on(redis, IMPATIENT);
        this.queue = parts.queue();
        this.lists = parts.lists();
        this.hints = new HintSource(queue, stores.backlog(), parts.redis(), IMPATIENT, meters);
        this.reconciler = new Reconciler(
                stores.backlog(), stores.takeover(), stores.cancellation(), queue, lists, IMPATIENT, meters);
        this.instance = stores.instance();
    }

    /** Waits until Redis answers this client, connections and all. */
    void awaitRedis() {
        Awaitility.await().ignoreExceptions().until(() -> redis.template().hasKey("anything") != null);
    }

    /** Takes and claims once. */
    List<Claim> claim(int want) {
        return stores.claims().take(hints.take(want), instance, Claims.ANY_CRASHES);
    }

    /** Takes and claims until it learns of nothing more. */
    List<Claim> claimWhatThereIs() {
        List<Claim> claimed = new ArrayList<>();
        for (List<JobId> taken = hints.take(WANT); !taken.isEmpty(); taken = hints.take(WANT)) {
            claimed.addAll(stores.claims().take(taken, instance, Claims.ANY_CRASHES));
        }
        return claimed;
    }

    /** So many passes of the reconciler, with claims after each. */
    List<Claim> work(int passes) {
        List<Claim> claimed = new ArrayList<>();
        for (int pass = 0; pass < passes; pass++) {
            reconciler.reconcileOnSchedule();
            claimed.addAll(claimWhatThereIs());
        }
        return claimed;
    }

    void succeed(List<Claim> claims) {
        claims.forEach(claim -> stores.succeed(claim));
    }

    double restored() {
        return meters.counter("mivaa.reconciler.hints.restored").count();
    }

    boolean degraded() {
        return meters.get("mivaa.queue.degraded").gauge().value() == 1;
    }

    /** Nothing waits, each job was claimed exactly once, and Redis holds nothing but whose turn it is. */
    void assertEachClaimedOnceAndNothingLeft() {
        assertThat(stores.backlog().waitingBatches(null, 1000)).isEmpty();
        assertThat(stores.jdbc()
                        .sql("select id from job where state in ('RUNNING', 'SUCCEEDED') and fence <> 1")
                        .query(String.class)
                        .list())
                .as("jobs that were not claimed exactly once")
                .isEmpty();
        assertThat(redis.template().keys("*")).as("what is left in Redis").isSubsetOf("{test}:pass");
    }

    @Override
    public void close() {
        redis.close();
    }
}
