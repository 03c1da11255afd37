package io.mivaa.batch.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.chaos.Sleeper.Fate;
import io.mivaa.batch.chaos.judge.Finding;
import io.mivaa.batch.chaos.judge.HistoryChecker;
import io.mivaa.batch.chaos.judge.HistoryReader;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A judge who never condemns proves nothing: here each mistake is made, and must be found. Takes a minute, and so runs
 * with the profile {@code chaos} only.
 */
@SuppressWarnings("NullAway.Init")
class PlantedBugsRun {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** Longer than a lease, a pass of the reconciler and the sleep of a document together. */
    private static final Duration REST = Duration.ofSeconds(7);

    private static final int SLEEP_MILLIS = 2_500;

    /** So that whoever was frozen writes first, on however busy a machine. */
    private static final int SLOWNESS = 3;

    private static Ground ground;
    private static DataSource database;

    private HistoryReader reader;
    private Instance one;
    private Instance other;
    private Poster poster;
    private long planted;

    @BeforeAll
    static void startServers() {
        ground = new Ground();
        database = ground.database().dataSource();
    }

    @AfterAll
    static void stopServers() {
        ground.close();
    }

    @BeforeEach
    void prepareInstances() {
        reader = new HistoryReader(database);
        one = instance();
        other = instance();
    }

    @AfterEach
    void cleanUp() {
        one.close();
        other.close();
        ground.flushRedis();
        JdbcClient.create(database)
                .sql("truncate batch, result, worker_instance, idempotency_key cascade")
                .update();
    }

    @Test
    void findsNothingInTheSameStoryWithoutABug() {
        start(one, other.slow(SLOWNESS));

        thawAfterTakeover();

        assertThat(judge()).isEmpty();
        one.lookAtMeters();
        assertThat(one.fenced()).isPositive();
    }

    @Test
    void findsACommitWithoutFence() {
        plant(PlantedBug.COMMIT_WITHOUT_FENCE, one, other);
        start(one, other.slow(SLOWNESS));

        thawAfterTakeover();

        assertFound(Finding.Kind.OVERLAPPING);
    }

    @Test
    void findsAHintThatWasDroppedBeforeTheClaimWhileNobodyReconciles() {
        plant(PlantedBug.HINT_DROPPED, one);
        one.property("mivaa.queue.reconcile-every", "1h").property("mivaa.queue.outage-grace", "2h");
        start(one);

        planted = System.nanoTime();
        post(one, 12, 10);
        Patience.await(REST, () -> reader.open() == 0);

        assertFound(Finding.Kind.LOST);
    }

    @Test
    void findsAStaleInstanceWhoseLeaseIsRenewed() {
        plant(PlantedBug.EVERY_LEASE_RENEWED, one, other);
        start(one, other);
        post(other, 8, SLEEP_MILLIS);
        awaitAllRunning();

        planted = System.nanoTime();
        one.kill9();
        Patience.await(REST, () -> reader.open() == 0);

        assertFound(Finding.Kind.LOST);
        assertFound(Finding.Kind.RESIDUE);
    }

    /** One is frozen until the other has taken over its jobs, and then finishes them as if nothing had happened. */
    private void thawAfterTakeover() {
        post(other, 8, SLEEP_MILLIS);
        awaitAllRunning();
        Signals.freeze(one.processes());
        try {
            assertThat(Patience.await(
                            SOON,
                            () -> reader.count("select count(*) from job where fence > 1 and state = 'RUNNING'") > 0))
                    .isTrue();
        } finally {
            planted = System.nanoTime();
            Signals.thaw(one.processes());
        }
        Patience.await(
                REST.plusMillis(SLOWNESS * SLEEP_MILLIS),
                () -> reader.count("select count(*) from job where state = 'RUNNING'") == 0);
        Patience.await(REST, () -> reader.open() == 0);
    }

    private void awaitAllRunning() {
        assertThat(Patience.await(SOON, () -> reader.count("select count(*) from job where state = 'RUNNING'") == 8))
                .isTrue();
    }

    private List<Finding> judge() {
        List<Long> pids = Stream.of(one, other)
                .filter(Instance::isAlive)
                .map(Instance::pid)
                .toList();
        return HistoryChecker.check(reader.read(poster.accepted(), pids, ground.redisLeftAfter(Duration.ofSeconds(5))));
    }

    private void assertFound(Finding.Kind kind) {
        List<Finding> findings = judge();
        long millis = Duration.ofNanos(System.nanoTime() - planted).toMillis();
        String what = findings.stream()
                .filter(finding -> finding.kind() == kind)
                .map(Finding::toString)
                .findAny()
                .orElse("nothing");
        System.out.printf("A planted bug was found %d ms after it struck: %s%n", millis, what);
        assertThat(one.output()).contains("The planted bug");
        assertThat(findings).anyMatch(finding -> finding.kind() == kind);
    }

    private void post(Instance instance, int documents, int sleepMillis) {
        List<String> texts = IntStream.range(0, documents)
                .mapToObj(i -> Sleeper.document(sleepMillis, Fate.SUCCEEDS, String.valueOf(i)))
                .toList();
        poster = new Poster(List.of(instance), new Tally());
        assertThat(poster.post("key", texts, new Random(1), () -> false)).isTrue();
    }

    private static Instance instance() {
        return new Instance(ground)
                .property("mivaa.worker.concurrency", "4")
                .property("mivaa.worker.lease", "2s")
                .property("mivaa.worker.heartbeat", "500ms");
    }

    private static void plant(PlantedBug bug, Instance... instances) {
        for (Instance instance : instances) {
            instance.plant(bug);
        }
    }

    private static void start(Instance... instances) {
        for (Instance instance : instances) {
            instance.launch();
        }
        for (Instance instance : instances) {
            instance.start(() -> false);
        }
    }
}
