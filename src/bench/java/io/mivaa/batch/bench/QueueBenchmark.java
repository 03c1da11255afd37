package io.mivaa.batch.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.worker.MivaaContender;
import io.mivaa.batch.worker.MivaaContender.Documents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.slf4j.LoggerFactory;

/**
 * Jobs that do nothing, per second: this service, JobRunr and db-scheduler on the same PostgreSQL with durability on,
 * in turns. Prints the median of each, the ratios, and what a job costs. Settings are system properties:
 * {@code bench.options} (settings of PostgreSQL for all contenders, like {@code -c enable_seqscan=off}),
 * {@code bench.jobs}, {@code bench.threads} (tried one after the other), {@code bench.rounds}, {@code bench.only} (a
 * regular expression for the contenders' names).
 */
public final class QueueBenchmark {

    private static final int JOBS = Integer.getInteger("bench.jobs", 20_000);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int[] THREADS = Arrays.stream(
                    System.getProperty("bench.threads", "4,16,64,128").split(",", -1))
            .mapToInt(Integer::parseInt)
            .toArray();
    private static final String ONLY = System.getProperty("bench.only", ".*");
    private static final int COUNTING_JOBS = Integer.getInteger("bench.warm-up", 20_000);

    private final Map<String, List<Run>> runs = new LinkedHashMap<>();

    private record Maker(String name, Making making) implements Contender.Maker {
        @Override
        public Contender make(Server server, int threads, DataSource pool) throws Exception {
            return making.make(server, threads, pool);
        }
    }

    @FunctionalInterface
    private interface Making {
        Contender make(Server server, int threads, DataSource pool) throws Exception;
    }

    private record Run(int threads, double perSecond, double storedPerSecond, String costs, String waits) {}

    private static final List<Maker> MAKERS = List.of(
            new Maker("JobRunr", JobRunrContender::new),
            new Maker("db-scheduler", (server, threads, pool) -> new DbSchedulerContender(server, threads, pool, 4)),
            mivaa("Mivaa, reuse, 1 batch", Documents.EQUAL, 1),
            mivaa("Mivaa, reuse, 50 batches", Documents.EQUAL, 50),
            mivaa("Mivaa, results, 1 batch", Documents.DIFFERENT, 1),
            mivaa("Mivaa, results, 50 batches", Documents.DIFFERENT, 50));

    private QueueBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        for (String quiet : List.of("org.jobrunr", "com.github.kagkarlsson", "com.zaxxer", "org.springframework", "io.mivaa")) {
            ((Logger) LoggerFactory.getLogger(quiet)).setLevel(Level.WARN);
        }
        new QueueBenchmark().run();
        System.exit(0);
    }

    private static Maker mivaa(String name, Documents documents, int batches) {
        return new Maker(
                name, (server, threads, pool) -> new MivaaContender(server, threads, pool, documents, batches));
    }

    private void run() throws Exception {
        List<Maker> makers =
                MAKERS.stream().filter(maker -> maker.name().matches(ONLY)).toList();
        Map<String, Double> statements = new LinkedHashMap<>();
        for (Maker maker : makers) {
            statements.put(maker.name(), statementsPerJob(maker));
        }
        for (int round = 1; round <= ROUNDS; round++) {
            for (int threads : THREADS) {
                for (Maker maker : makers) {
                    Run run = measure(maker, threads, JOBS);
                    runs.computeIfAbsent(maker.name(), name -> new ArrayList<>())
                            .add(run);
                    System.out.printf(
                            "round %d, %s, %d threads: %s jobs/s; stored %s/s; %s; waits %s%n",
                            round,
                            maker.name(),
                            threads,
                            Contender.rounded(run.perSecond),
                            Contender.rounded(run.storedPerSecond),
                            run.costs,
                            run.waits);
                }
            }
        }
        print(statements);
    }

    /** Also warms up. */
    private static double statementsPerJob(Maker maker) throws Exception {
        var counted = new Counted();
        try (var server = new Server(RealServers.emptyDatabase());
                var pool = pool(server, 4)) {
            long stored;
            try (Contender contender = maker.make(server, 4, counted.count(pool))) {
                contender.store(COUNTING_JOBS);
                stored = counted.statements();
                contender.start();
                contender.awaitDone(COUNTING_JOBS);
            }
            return (counted.statements() - stored) / (double) COUNTING_JOBS;
        }
    }

    private static Run measure(Maker maker, int threads, int jobs) throws Exception {
        try (var server = new Server(RealServers.emptyDatabase())) {
            Map<String, Integer> waits = new TreeMap<>();
            Server.Used before;
            Server.Used after;
            double storing;
            double working;
            try (var pool = pool(server, threads);
                    Contender contender = maker.make(server, threads, pool)) {
                long start = System.nanoTime();
                contender.store(jobs);
                storing = seconds(start);
                server.settle();
                AtomicBoolean over = new AtomicBoolean();
                Thread sampler = sampler(server, waits, over);
                before = server.used();
                start = System.nanoTime();
                sampler.start();
                contender.start();
                contender.awaitDone(jobs);
                working = seconds(start);
                after = server.used();
                over.set(true);
                sampler.join();
            }
            // A connection's counts may be ten seconds late, but all are in when it is closed.
            Thread.sleep(500);
            Server.Used used = after.withCountsOf(server.used()).since(before);
            return new Run(threads, jobs / working, jobs / storing, costs(used, jobs, working), waits(waits));
        }
    }

    private static HikariDataSource pool(Server server, int threads) {
        var config = new HikariConfig();
        config.setJdbcUrl(server.database().jdbcUrl());
        config.setUsername(server.database().username());
        config.setPassword(server.database().password());
        config.addDataSourceProperty("reWriteBatchedInserts", true);
        config.addDataSourceProperty("options", System.getProperty("bench.options", ""));
        config.setMaximumPoolSize(threads + 8);
        return new HikariDataSource(config);
    }

    private static Thread sampler(Server server, Map<String, Integer> waits, AtomicBoolean over) {
        return new Thread(() -> {
            try {
                while (!over.get()) {
                    server.sampleWaits(waits);
                    Thread.sleep(50);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static String costs(Server.Used used, int jobs, double took) {
        return "per job: %.2f commits, %.2f fsyncs, %.1f kB WAL, ms of processor: JVM %.2f, PostgreSQL %.2f; %d %% idle"
                .formatted(
                        used.commits() / (double) jobs,
                        used.fsyncs() / (double) jobs,
                        used.walBytes() / 1024.0 / jobs,
                        used.jvm() * 1000 / jobs,
                        used.postgres() * 1000 / jobs,
                        Math.round(
                                100 * used.idle() / took / Runtime.getRuntime().availableProcessors()));
    }

    private static String waits(Map<String, Integer> waits) {
        int all = Math.max(1, waits.values().stream().mapToInt(Integer::intValue).sum());
        StringBuilder text = new StringBuilder();
        waits.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(5)
                .forEach(wait -> text.append(wait.getKey())
                        .append(' ')
                        .append(100 * wait.getValue() / all)
                        .append("% "));
        return text.toString().trim();
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }

    private void print(Map<String, Double> statements) {
        System.out.printf("%n%,d jobs, median of %d rounds, each at its best number of threads%n%n", JOBS, ROUNDS);
        System.out.println("| | threads | jobs/s | stored/s | to JobRunr | to db-scheduler | statements per job | costs |");
        System.out.println("|---|---|---|---|---|---|---|---|");
        Run jobRunr = best("JobRunr");
        Run dbScheduler = best("db-scheduler");
        for (String name : runs.keySet()) {
            Run best = best(name);
            System.out.printf(
                    "| %s | %d | %s | %s | %.2f | %.2f | %.1f | %s |%n",
                    name,
                    best.threads,
                    Contender.rounded(best.perSecond),
                    Contender.rounded(best.storedPerSecond),
                    best.perSecond / jobRunr.perSecond,
                    best.perSecond / dbScheduler.perSecond,
                    statements.getOrDefault(name, Double.NaN),
                    best.costs);
        }
    }

    private Run best(String name) {
        List<Run> of = runs.getOrDefault(name, List.of(new Run(0, Double.NaN, Double.NaN, "", "")));
        Run best = of.get(0);
        double most = -1;
        for (int threads : of.stream().mapToInt(Run::threads).distinct().toArray()) {
            List<Run> same = of.stream()
                    .filter(run -> run.threads == threads)
                    .sorted((a, b) -> Double.compare(a.perSecond, b.perSecond))
                    .toList();
            Run median = same.get(same.size() / 2);
            if (median.perSecond > most) {
                most = median.perSecond;
                best = median;
            }
        }
        return best;
    }
}
