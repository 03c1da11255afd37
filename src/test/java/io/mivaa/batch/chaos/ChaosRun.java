package io.mivaa.batch.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.chaos.judge.Finding;
import io.mivaa.batch.chaos.judge.HistoryChecker;
import io.mivaa.batch.chaos.judge.HistoryReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Several real processes on a real PostgreSQL and a real Redis, all of them killed, frozen and cut off at random while
 * a client posts; then peace, and a judgement. Not part of the ordinary build: {@code ./mvnw -Pchaos verify}.
 */
class ChaosRun {

    /** After so long without rest somebody will want to know why. */
    private static final Duration SLOW = Duration.ofSeconds(60);

    private static final Duration HINTS_LIMIT = Duration.ofSeconds(30);

    private final ChaosSettings settings = ChaosSettings.ofSystemProperties();
    private final Tally tally = new Tally();
    private final AtomicBoolean over = new AtomicBoolean();

    @Test
    void losesNothingAndDoesNothingTwiceUnderFire() throws Exception {
        List<Instance> instances = new ArrayList<>();
        try (var ground = new Ground()) {
            try {
                IntStream.range(0, settings.instances()).forEach(i -> instances.add(new Instance(ground)));
                run(ground, instances);
            } finally {
                over.set(true);
                instances.forEach(Instance::close);
            }
        }
    }

    private void run(Ground ground, List<Instance> instances) throws InterruptedException {
        // Neither the first migration nor the first start is what is tested here.
        instances.forEach(instance -> instance.start(() -> false));
        var poster = new Poster(instances, tally);
        var faults = new Faults(settings, ground, instances, poster, tally, over::get);
        List<Gremlin> gremlins = new ArrayList<>();
        IntStream.range(0, instances.size()).forEach(i -> gremlins.add(faults.service(i)));
        gremlins.addAll(List.of(faults.redis(), faults.postgres(), faults.owner()));
        List<Thread> threads = new ArrayList<>();
        gremlins.forEach(gremlin -> threads.add(new Thread(gremlin, "gremlin of " + gremlin)));
        threads.forEach(Thread::start);

        post(poster);
        over.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        faults.end();
        judge(ground, instances, poster, gremlins);
    }

    /** Posts for as long as the faults last; the last one is posted until it is answered. */
    private void post(Poster poster) {
        Random random = new Random(settings.seed());
        long end = System.nanoTime() + settings.duration().toNanos();
        long hardEnd = end + settings.settle().toNanos();
        for (int batch = 0; System.nanoTime() < end; batch++) {
            List<String> texts = new ArrayList<>();
            int size = 1 + random.nextInt(random.nextInt(10) == 0 ? 60 : 25);
            for (int i = 0; i < size; i++) {
                // Now and then a text that is known already, which is answered from the earlier result.
                int name = random.nextInt(20) == 0 ? random.nextInt(20) : 1_000_000 + 1_000 * batch + i;
                texts.add(Sleeper.document(random, String.valueOf(name)));
            }
            String key = "chaos-" + settings.seed() + "-" + batch;
            boolean accepted = batch % 10 == 9
                    ? poster.postTwiceAtOnce(key, texts, random, () -> System.nanoTime() > hardEnd)
                    : poster.post(key, texts, random, () -> System.nanoTime() > hardEnd);
            tally.count(accepted ? "client: batches accepted" : "client: batches given up");
            Patience.pause(Duration.ofMillis(100 + random.nextInt(400)));
        }
    }

    private void judge(Ground ground, List<Instance> instances, Poster poster, List<Gremlin> gremlins) {
        var reader = new HistoryReader(ground.database().dataSource());
        long peace = System.nanoTime();
        boolean atRest = Patience.await(SLOW, () -> reader.open() == 0);
        if (!atRest) {
            tellWhatIsOpen(reader, instances);
            atRest = Patience.await(settings.settle(), () -> reader.open() == 0);
        }
        Duration rested = Duration.ofNanos(System.nanoTime() - peace);
        instances.forEach(Instance::lookAtMeters);
        var history = reader.read(
                poster.accepted(), instances.stream().map(Instance::pid).toList(), ground.redisLeftAfter(HINTS_LIMIT));
        List<Finding> findings = HistoryChecker.check(history);
        long fenced = instances.stream().mapToLong(Instance::fenced).sum();
        var report = new ChaosReport(settings, tally, history, reader, findings, fenced, rested);
        System.out.println(report);

        gremlins.forEach(gremlin ->
                assertThat(gremlin.failure()).as("gremlin of " + gremlin).isNull());
        assertThat(findings).isEmpty();
        assertThat(atRest).isTrue();
        assertThat(tally.of("client: batches given up")).isZero();
        assertThat(report.kills()).isGreaterThanOrEqualTo(settings.leastKills());
        assertThat(tally.of("kill -9 of a service")).isGreaterThanOrEqualTo(settings.leastKillsOfServices());
    }

    private static void tellWhatIsOpen(HistoryReader reader, List<Instance> instances) {
        System.out.println("Not at rest after " + SLOW + ":");
        reader.openJobs().forEach(System.out::println);
        reader.sessions().forEach(System.out::println);
        for (Instance instance : instances) {
            Signals.dumpThreads(instance.processes());
            Patience.pause(Duration.ofSeconds(1));
            System.out.println(instance.tail());
        }
    }
}
