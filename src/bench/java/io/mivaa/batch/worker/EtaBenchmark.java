package io.mivaa.batch.worker;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.Eta;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Chunk;
import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.ChunkingOptions;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.pipeline.document.EmbeddingModel;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Pipeline;
import io.mivaa.batch.pipeline.document.Sha256;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.TokenCounter;
import io.mivaa.batch.queue.JobQueue;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.testkit.SmallPipeline;
import io.mivaa.batch.testkit.Stores;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.LoggerFactory;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import io.mivaa.batch.worker.settings.WorkerSettings;

/**
 * How right the ETA of a batch is. The whole service works on documents of four kinds whose sizes are log-normal, each
 * taking time by its size, at another price for each kind and with noise; only the time is made up. At 10, 20, 50 and
 * 80 % of the work the ETA is compared with what it then took. Settings are system properties: {@code bench.runs},
 * {@code bench.documents}, {@code bench.threads}, {@code bench.seconds} of a run, {@code bench.sigma} of the sizes and
 * {@code bench.noise}, both of the logarithm.
 */
public final class EtaBenchmark {

    private static final int RUNS = Integer.getInteger("bench.runs", 10);
    private static final int DOCUMENTS = Integer.getInteger("bench.documents", 300);
    private static final int THREADS = Integer.getInteger("bench.threads", 4);
    private static final double SECONDS = Double.parseDouble(System.getProperty("bench.seconds", "12"));
    private static final double SIGMA = Double.parseDouble(System.getProperty("bench.sigma", "1"));
    private static final double NOISE = Double.parseDouble(System.getProperty("bench.noise", "0.3"));
    private static final double MEDIAN_BYTES = 20_000;
    private static final double PARSING = 0.1;
    private static final int NAME = 36;
    private static final double[] SHARES = {0.1, 0.2, 0.5, 0.8};
    private static final List<String> KINDS = List.of("text/plain", "text/markdown", "text/html", "application/pdf");
    private static final List<Double> PRICES = List.of(0.5, 1.0, 3.0, 8.0);

    private final Labour labour = new Labour();
    private final ConfigurableApplicationContext application;
    private final AnnotationConfigApplicationContext workers = new AnnotationConfigApplicationContext();

    @Configuration(proxyBeanMethods = false)
    @ComponentScan(basePackageClasses = WorkerPool.class)
    @EnableConfigurationProperties(WorkerSettings.class)
    static class WorkerModule {}

    private EtaBenchmark() {
        RealServers.Database database = RealServers.emptyDatabase();
        application = new SpringApplicationBuilder(MivaaBatchApplication.class)
                .run(
                        "--server.port=0",
                        "--mivaa.worker.enabled=false",
                        "--mivaa.queue.prefix=bench-" + UUID.randomUUID(),
                        "--spring.main.banner-mode=off",
                        "--spring.datasource.url=" + database.jdbcUrl(),
                        "--spring.datasource.username=" + database.username(),
                        "--spring.datasource.password=" + database.password(),
                        "--spring.data.redis.url=" + RealServers.redisUri());
        workers.setParent(application);
        workers.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "bench", Map.of("mivaa.worker.enabled", "true", "mivaa.worker.concurrency", THREADS)));
        workers.registerBean(Pipeline.class, labour::pipeline);
        workers.register(WorkerModule.class);
        workers.refresh();
    }

    public static void main(String[] arguments) throws Exception {
        for (String quiet : List.of("com.zaxxer", "org.springframework", "org.flywaydb", "io.mivaa")) {
            ((Logger) LoggerFactory.getLogger(quiet)).setLevel(Level.WARN);
        }
        new EtaBenchmark().run();
        System.exit(0);
    }

    /** What was told at a moment, and how much was done then. */
    private record Told(double seconds, double share, Eta eta, double percent) {}

    private void run() throws Exception {
        double[][] errors = new double[SHARES.length][RUNS];
        int[] within = new int[SHARES.length];
        int[] unknown = new int[SHARES.length];
        double[] percentOff = new double[SHARES.length];
        // While the JVM warms up speed changes as it will not again.
        once(RUNS);
        for (int run = 0; run < RUNS; run++) {
            List<Told> told = once(run);
            double end = told.get(told.size() - 1).seconds;
            StringBuilder line = new StringBuilder("run %d, %.1f s:".formatted(run + 1, end));
            for (int i = 0; i < SHARES.length; i++) {
                double share = SHARES[i];
                Told then = told.stream().filter(t -> t.share >= share).findFirst().orElseThrow();
                double truth = end - then.seconds;
                percentOff[i] = Math.max(percentOff[i], Math.abs(then.percent - 100 * then.share));
                Duration left = then.eta.left();
                Duration low = then.eta.low();
                Duration high = then.eta.high();
                if (left == null || low == null || high == null) {
                    errors[i][run] = 1;
                    unknown[i]++;
                    line.append(" %s;".formatted(then.eta.reason()));
                } else {
                    double seconds = left.toMillis() / 1000.0;
                    errors[i][run] = Math.abs(seconds - truth) / truth;
                    within[i] += low.toMillis() <= 1000 * truth && 1000 * truth <= high.toMillis() ? 1 : 0;
                    line.append(" %.1f s for %.1f;".formatted(seconds, truth));
                }
            }
            System.out.println(line);
        }
        System.out.printf(
                "%n%d runs, %d documents, %d threads, sigma %.1f, noise %.1f%n%n",
                RUNS, DOCUMENTS, THREADS, SIGMA, NOISE);
        System.out.println("| work done | error, median | worst | truth within low..high | no ETA | percent off by, worst |");
        System.out.println("|---|---|---|---|---|---|");
        for (int i = 0; i < SHARES.length; i++) {
            Arrays.sort(errors[i]);
            double median = (errors[i][(RUNS - 1) / 2] + errors[i][RUNS / 2]) / 2;
            System.out.printf(
                    "| %.0f %% | %.1f %% | %.1f %% | %d of %d | %d | %.0f points |%n",
                    100 * SHARES[i],
                    100 * median,
                    100 * errors[i][RUNS - 1],
                    within[i],
                    RUNS,
                    unknown[i],
                    percentOff[i]);
        }
    }

    /** One batch; the last that is told is its end. */
    private List<Told> once(int seed) throws Exception {
        double all = labour.assign(new Random(seed));
        Acceptance.Accepted accepted = application
                .getBean(Acceptance.class)
                .accept(
                        new NewBatch(
                                Stores.WORKSPACE, null, Priority.NORMAL, Stores.OPTIONS, List.of(), NewBatch.Start.NOW),
                        labour.documents);
        long start = System.nanoTime();
        application.getBean(JobQueue.class).push(Stores.lane(accepted.batch(), Priority.NORMAL), accepted.queued());
        Batches batches = application.getBean(Batches.class);
        List<Told> told = new ArrayList<>();
        Batch batch;
        do {
            Thread.sleep(20);
            double share = labour.done.sum() / all;
            batch = batches.find(Stores.WORKSPACE, accepted.batch()).orElseThrow();
            told.add(new Told(
                    (System.nanoTime() - start) / 1e9,
                    share,
                    batch.outlook().eta(),
                    batch.outlook().percent()));
        } while (!batch.state().terminal());
        if (batch.counts().succeeded() != DOCUMENTS) {
            throw new IllegalStateException("not all succeeded: " + batch.counts());
        }
        return told;
    }

    /** The documents of a run, and a pipeline that spends on each the time that was assigned to it. */
    private static final class Labour {

        private final Map<String, Double> millis = new ConcurrentHashMap<>();
        private final ThreadLocal<Double> perChunk = ThreadLocal.withInitial(() -> 0.0);
        private List<NewDocument> documents = List.of();
        private LongAdder done = new LongAdder();

        /** @return microseconds of work in all */
        double assign(Random random) {
            List<Double> prices = new ArrayList<>(PRICES);
            java.util.Collections.shuffle(prices, random);
            List<NewDocument> made = new ArrayList<>();
            millis.clear();
            for (int i = 0; i < DOCUMENTS; i++) {
                int kind = random.nextInt(KINDS.size());
                int bytes = (int) Math.max(64, MEDIAN_BYTES * Math.exp(SIGMA * random.nextGaussian()));
                String name = UUID.randomUUID().toString();
                byte[] content = (name + " ".repeat(bytes)).substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
                millis.put(name, bytes * prices.get(kind) * Math.exp(NOISE * random.nextGaussian()));
                made.add(new NewDocument(
                        null,
                        name,
                        null,
                        KINDS.get(kind),
                        bytes,
                        Sha256.of(new String(content, StandardCharsets.US_ASCII)),
                        "{}",
                        () -> new ByteArrayInputStream(content),
                        null));
            }
            double scale = SECONDS * 1000 * THREADS
                    / millis.values().stream().mapToDouble(m -> m).sum();
            millis.replaceAll((name, m) -> m * scale);
            documents = made;
            done = new LongAdder();
            return 1000 * millis.values().stream().mapToDouble(m -> m).sum();
        }

        private void work(double howMany) {
            try {
                long micros = Math.round(1000 * howMany);
                Thread.sleep(Duration.ofNanos(1000 * micros).toMillis(), (int) (1000 * micros % 1_000_000));
                done.add(micros);
            } catch (InterruptedException e) {
                throw new java.util.concurrent.CancellationException("interrupted");
            }
        }

        Pipeline pipeline() {
            return SmallPipeline.of(
                    new Reading(), new Cutting(), new Embedding(), new ParseLimits(100, 1_000_000_000));
        }

        private final class Reading implements Parser {

            @Override
            public Set<String> mediaTypes() {
                return Set.copyOf(KINDS);
            }

            @Override
            public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
                double all = java.util.Objects.requireNonNull(millis.get(source.filename()));
                work(PARSING * all);
                int chunks = (int) Math.max(1, Math.min(60, source.bytes() / 4000));
                perChunk.set((1 - PARSING) * all / chunks);
                return new ParsedDocument(
                        source.filename() + "x".repeat(chunks), List.of(), Metadata.NONE, 1, List.of());
            }
        }

        private static final class Cutting implements Chunker {

            @Override
            public String name() {
                return "structure";
            }

            @Override
            public List<Chunk> chunk(ParsedDocument document, ChunkingOptions options, TokenCounter tokens) {
                List<Chunk> chunks = new ArrayList<>();
                String name = document.text().substring(0, NAME);
                for (int at = NAME; at < document.text().length(); at++) {
                    // No text twice, for what was embedded before costs no time.
                    String context = name + at + "\n";
                    chunks.add(new Chunk(
                            at - NAME,
                            "x",
                            at,
                            at + 1,
                            null,
                            List.of(),
                            Block.Kind.PARAGRAPH,
                            context,
                            1,
                            Sha256.of("x")));
                }
                return chunks;
            }
        }

        private final class Embedding implements Embedder {

            @Override
            public EmbeddingModel model() {
                return new EmbeddingModel("onnx", "all-minilm-l6-v2-q", 2, 256);
            }

            @Override
            public int count(String text) {
                return text.length();
            }

            @Override
            public List<float[]> embed(List<String> texts) {
                work(perChunk.get() * texts.size());
                return texts.stream().map(text -> new float[] {1, 0}).toList();
            }
        }
    }
}
