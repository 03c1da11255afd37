package io.mivaa.batch.worker;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.http.Problem;
import io.mivaa.batch.intake.FrontDoor;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.queue.HandDrivenQueue;
import io.mivaa.batch.testkit.Boundary;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.testkit.WatchedDatabase;
import io.mivaa.batch.testkit.WatchedRedis;
import io.mivaa.batch.worker.attempt.Attempt;
import io.mivaa.batch.worker.attempt.Bench;
import io.mivaa.batch.worker.attempt.Leash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.transaction.TransactionException;

/**
 * One instance of the service whose loops are run by hand, on one thread, so that what it says to the world comes in
 * the same order every time: intake, claims, attempts, heartbeat, reconciler, promoter, all real.
 */
final class HandDrivenInstance implements AutoCloseable {

    private static final Duration LEASE = Duration.ofHours(1);

    /** Nobody waits for Redis here, so it is asked again at once after it failed. */
    private static final Map<String, Object> SETTINGS =
            Map.of("mivaa.queue.redis-pause", "0s", "mivaa.queue.outage-grace", "0s");

    /** How often the loops come by before we say that they never will. */
    private static final int ROUNDS = 6;

    final Boundary boundary = new Boundary();
    final Stores stores;
    final Bench bench;
    final FrontDoor door;

    private final HandDrivenQueue queue;
    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
    private final List<Claim> held = new ArrayList<>();

    private InstanceId id = InstanceId.create();
    private List<JobId> suspects = List.of();

    /** @param database and redis as everybody sees them; this instance sees them through its boundary */
    HandDrivenInstance(DataSource database, RedisAccess redis) {
        this.stores = new Stores(new WatchedDatabase(database, boundary));
        this.bench = new Bench(stores, new NoPause(boundary));
        var connections = Objects.requireNonNull(redis.template().getConnectionFactory());
        context.setParent(stores.beans());
        context.getEnvironment().getPropertySources().addFirst(new MapPropertySource("test", SETTINGS));
        context.registerBean(StringRedisTemplate.class, () -> WatchedRedis.template(connections, boundary));
        context.registerBean(MeterRegistry.class, () -> new SimpleMeterRegistry());
        context.registerBean(Pipeline.class, bench.providers::pipeline);
        context.getBeanFactory().registerSingleton("spoolDirectory", bench.spoolDirectory);
        context.register(HandDrivenQueue.Wiring.class, FrontDoor.Wiring.class);
        context.refresh();
        this.queue = new HandDrivenQueue(context);
        this.door = new FrontDoor(context);
    }

    /** A step of the line that may fail because of its connections. */
    interface Work {
        void run();
    }

    /** A new life: nothing of the former one is known. */
    void begin() {
        held.clear();
        suspects = List.of();
        queue.begin();
        boundary.calm();
    }

    InstanceId id() {
        return id;
    }

    /** A start that fails is a process that is started again, as another instance. */
    void register() {
        untilAnswered(() -> {
            id = InstanceId.create();
            stores.instances().register(id, "here", 1, 2, LEASE);
        });
    }

    /** A client repeats its request until it is answered. */
    void untilAnswered(Work request) {
        for (int round = 0; ; round++) {
            @Nullable RuntimeException failure = attempt(request);
            if (failure == null) {
                return;
            }
            if (round == ROUNDS) {
                throw failure;
            }
        }
    }

    /** Takes hints and claims their jobs. */
    void claim() {
        goOn(this::takeAndClaim);
    }

    /** Forgets what it has just claimed: nobody here is at these jobs. */
    void forgetClaims() {
        held.clear();
    }

    /** Works on what it has claimed. */
    void work(Leash.@Nullable Stop stop) {
        List<Claim> claims = List.copyOf(held);
        for (Claim claim : claims) {
            Attempt attempt = Bench.attempt(claim, bench.workbench);
            if (stop != null) {
                attempt.stop(stop);
            }
            attempt.run();
            boundary.endIfDead();
            held.remove(claim);
        }
    }

    /** What all loops together bring about sooner or later: until nothing is left that may run now. */
    void workOff(BooleanSupplier left) {
        claim();
        work(null);
        // One that was frozen is not alone in the world: what is left may be another's.
        int rounds = boundary.thawed() ? 1 : ROUNDS;
        for (int round = 0; round < rounds && left.getAsBoolean(); round++) {
            goOn(this::beat);
            goOn(this::beat);
            goOn(queue::reconcile);
            goOn(queue::reconcile);
            claim();
            work(null);
        }
    }

    void reconcile() {
        untilAnswered(queue::reconcile);
    }

    void promote() {
        untilAnswered(queue::promote);
    }

    void beat() {
        if (!stores.instances().renew(id, LEASE, false)) {
            stores.instances().register(id, "here", 1, 2, LEASE);
        }
        suspects = stores.heldClaims()
                .returnStrays(id, held.stream().map(Claim::job).toList(), suspects);
    }

    void leave() {
        untilAnswered(() -> stores.instances().leave(id));
    }

    /** Takes what is left in Redis; what it is worth nobody asks any more. */
    void drainHints(BooleanSupplier left) {
        for (int round = 0; round < ROUNDS && left.getAsBoolean(); round++) {
            claim();
            work(null);
        }
    }

    private void takeAndClaim() {
        List<JobId> hints = queue.hints().take(10);
        if (!hints.isEmpty()) {
            held.addAll(stores.claims().take(hints, id, Claims.ANY_CRASHES));
        }
    }

    /** A loop of the service goes on, whatever one round of it came to. */
    private void goOn(Work round) {
        RuntimeException unused = attempt(round);
    }

    /** What the service's own loops and its clients live with. */
    private @Nullable RuntimeException attempt(Work work) {
        try {
            work.run();
            return null;
        } catch (DataAccessException | TransactionException | Problem e) {
            boundary.endIfDead();
            return e;
        }
    }

    @Override
    public void close() {
        context.close();
        bench.close();
    }

    /** Whoever waits for its moment goes on at once, and gives up only when the instance is dead. */
    private static final class NoPause extends CountDownLatch {

        /** Far more pauses than a single fault is worth. */
        private static final int MOST = 10_000;

        private final Boundary boundary;
        private int pauses;

        NoPause(Boundary boundary) {
            super(1);
            this.boundary = boundary;
        }

        @Override
        public boolean await(long timeout, TimeUnit unit) {
            return boundary.dead() || ++pauses > MOST;
        }
    }
}
