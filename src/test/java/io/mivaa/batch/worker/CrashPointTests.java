package io.mivaa.batch.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Counter;
import io.mivaa.batch.testkit.Boundary.Dead;
import io.mivaa.batch.testkit.Boundary.Fault;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.RedisAccess;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.worker.Story.Plot;
import io.mivaa.batch.worker.Story.Step;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Every fault at every point of the line. An undisturbed run of each story shows the points, everything that the
 * instance says to PostgreSQL and Redis; then the story is run once for each point and fault, a second instance brings
 * it to its end, and the tables are judged.
 */
class CrashPointTests {

    private static final DataSource database = fastDatabase();
    private static final RedisAccess redis = new RedisAccess(RealServers.redisUri());
    private static final Stores truth = new Stores(database);
    private static final HandDrivenInstance first = new HandDrivenInstance(database, redis);
    private static final HandDrivenInstance second = new HandDrivenInstance(database, redis);
    private static final ExecutorService firstThread =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "first-instance"));
    private static final Verdict verdict = new Verdict(truth.jdbc(), redis);

    /** A failure a test asks for is no news. */
    @BeforeAll
    static void keepQuiet() {
        logOnly(LogLevel.OFF);
    }

    private static void logOnly(@Nullable LogLevel level) {
        LoggingSystem logging = LoggingSystem.get(CrashPointTests.class.getClassLoader());
        logging.setLogLevel("io.mivaa.batch", level);
        logging.setLogLevel("org.springframework", level);
    }

    @AfterAll
    static void end() {
        logOnly(null);
        firstThread.shutdownNow();
        first.close();
        second.close();
        redis.close();
    }

    /** No machine fails here, so commits need not wait for the disk. */
    private static DataSource fastDatabase() {
        HikariDataSource connections = (HikariDataSource) RealServers.freshDatabase();
        JdbcClient.create(connections).sql("""
                do $$ begin
                    execute format('alter database %I set synchronous_commit = off', current_database());
                end $$
                """).update();
        connections.getHikariPoolMXBean().softEvictConnections();
        return connections;
    }

    @TestFactory
    Stream<DynamicNode> survivesACrash() {
        return everywhere(Fault.CRASHES_BEFORE, Fault.CRASHES_AFTER);
    }

    @TestFactory
    Stream<DynamicNode> survivesALostConnection() {
        return everywhere(Fault.LOSES_ITS_CONNECTION_BEFORE, Fault.LOSES_ITS_CONNECTION_AFTER);
    }

    @TestFactory
    Stream<DynamicNode> fencesOffWhoeverThaws() {
        return Stream.concat(
                everywhere(Fault.FREEZES_BEFORE),
                Stream.of(dynamicTest("and it did", () -> assertThat(fenced()).isPositive())));
    }

    /** How often the first instance came too late. */
    private static double fenced() {
        return first.bench.meters.get("mivaa.commits.fenced").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private Stream<DynamicNode> everywhere(Fault... faults) {
        return Story.ALL.stream().map(plot -> {
            // The first time Redis and the classes are not yet warm, and more is said than later.
            undisturbed(plot);
            Undisturbed calm = undisturbed(plot);
            return dynamicContainer(
                    plot.name(),
                    Stream.of(faults)
                            .flatMap(fault -> IntStream.range(
                                            from(plot, calm), calm.points().size())
                                    .mapToObj(point -> dynamicTest(
                                            name(fault, point, calm), () -> run(plot, calm, fault, point)))));
        });
    }

    private static String name(Fault fault, int point, Undisturbed calm) {
        return fault.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " " + (point + 1) + ": "
                + calm.points().get(point);
    }

    /** All stories begin alike, and once is enough for that. */
    private static int from(Plot plot, Undisturbed calm) {
        return plot.equals(Story.ALL.get(0)) ? 0 : calm.accepted();
    }

    /**
     * What a story comes to when nothing goes wrong.
     *
     * @param accepted how many points there are until the batch is accepted
     */
    private record Undisturbed(List<String> points, int accepted, long crashes) {}

    private static Undisturbed undisturbed(Plot plot) {
        Story story = begin();
        tell(plot.steps().subList(0, Story.PRELUDE), first, story);
        int accepted = first.boundary.points().size();
        tell(plot.steps().subList(Story.PRELUDE, plot.steps().size()), first, story);
        assertThat(story.open())
                .as("%s does not come to its end by itself", plot)
                .isFalse();
        List<String> points = first.boundary.points();
        first.drainHints(verdict::hintsAreLeft);
        verdict.check();
        assertThat(verdict.outcome()).isEqualTo(plot.outcome());
        return new Undisturbed(points, accepted, verdict.crashes());
    }

    private static void run(Plot plot, Undisturbed calm, Fault fault, int point) throws Exception {
        Story story = begin();
        first.boundary.strike(fault, point, () -> story.endLease(first.id()));
        Future<Integer> telling = firstThread.submit(() -> tell(plot.steps(), first, story));
        HandDrivenInstance last = first;
        if (fault.freeze()) {
            assertThat(first.boundary.awaitFreeze(20_000)).as("frozen").isTrue();
            takeOverFromTheFrozen(plot, story, telling);
            story.endLease(first.id());
            last = second;
        } else {
            int done = telling.get(20, TimeUnit.SECONDS);
            if (fault.crash()) {
                tellFrom(plot, done, story);
                last = second;
            }
        }
        bringToItsEnd(last, story);
        judge(plot, calm, fault, point);
    }

    /** The frozen one goes on while the second is at its job, or, if it comes to none, when all is over. */
    private static void takeOverFromTheFrozen(Plot plot, Story story, Future<Integer> telling) throws Exception {
        AtomicBoolean thawed = new AtomicBoolean();
        second.bench.steps.parsing = (text, file, progress) -> {
            if (thawed.compareAndSet(false, true)) {
                thaw(telling);
            }
            story.parse();
        };
        tellFrom(plot, 0, story);
        bringToItsEnd(second, story);
        if (thawed.compareAndSet(false, true)) {
            thaw(telling);
        }
    }

    private static void thaw(Future<Integer> telling) {
        first.boundary.thaw();
        try {
            telling.get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("the first instance did not go on", e);
        }
    }

    private static void judge(Plot plot, Undisturbed calm, Fault fault, int point) {
        assertThat(first.boundary.struck()).isTrue();
        assertThat(first.boundary.points().get(point)).isEqualTo(calm.points().get(point));
        verdict.check();
        if (fault.freeze()) {
            assertThat(states(verdict.outcome())).isEqualTo(states(plot.outcome()));
        } else {
            assertThat(verdict.outcome()).isEqualTo(plot.outcome());
            assertThat(verdict.crashes() - calm.crashes()).isBetween(0L, fault.crash() ? 3L : 0L);
        }
    }

    private static List<String> states(List<String> outcome) {
        return outcome.stream().map(line -> line.replaceAll(" attempt.*", "")).toList();
    }

    private static Story begin() {
        truth.jdbc().sql("""
                delete from document; delete from batch; delete from result;
                delete from idempotency_key; delete from worker_instance; delete from workspace_control
                """).update();
        redis.flush();
        Story story = new Story(truth, redis);
        for (HandDrivenInstance instance : List.of(first, second)) {
            instance.begin();
            instance.bench.steps.parsing = (text, file, progress) -> story.parse();
        }
        return story;
    }

    /** @return how many steps were done when the instance died */
    private static int tell(List<Step> steps, HandDrivenInstance instance, Story story) {
        int done = 0;
        try {
            for (Step step : steps) {
                step.run(instance, story);
                done++;
            }
        } catch (Dead dead) {
            return done;
        }
        return done;
    }

    /** The second instance goes on with the step that nobody knows to be done. */
    private static void tellFrom(Plot plot, int done, Story story) {
        second.register();
        tell(plot.steps().subList(done, plot.steps().size()), second, story);
    }

    private static void bringToItsEnd(HandDrivenInstance instance, Story story) {
        instance.workOff(story::left);
        for (int round = 0; round < 5 && story.open(); round++) {
            story.letRetriesBeDue();
            instance.promote();
            instance.workOff(story::left);
        }
        second.drainHints(verdict::hintsAreLeft);
    }
}
