package io.mivaa.batch.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.mivaa.batch.testkit.RealServers;
import io.mivaa.batch.worker.MivaaContender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What it takes to look at an installation with a million jobs while workers are busy with them. The rows are put into
 * PostgreSQL by two statements for each batch; the service then finds them as it would after Redis was lost. Settings
 * are system properties: {@code bench.jobs}, {@code bench.batches} (one of ten has succeeded, the others are queued),
 * {@code bench.threads} of the workers, {@code bench.requests} for each address. Of events the
 * time until the first one, which is the snapshot that the page begins with.
 */
public final class MillionJobs {

    private static final int JOBS = Integer.getInteger("bench.jobs", 1_000_000);
    private static final int BATCHES = Integer.getInteger("bench.batches", 50);
    private static final int THREADS = Integer.getInteger("bench.threads", 4);
    private static final int REQUESTS = Integer.getInteger("bench.requests", 200);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Server server;
    private final MivaaContender service;
    private UUID last = new UUID(0, 0);

    private MillionJobs(Server server, MivaaContender service) {
        this.server = server;
        this.service = service;
    }

    public static void main(String[] arguments) throws Exception {
        // Before the application sets its levels, and so that it keeps them.
        System.setProperty("logging.level.root", "warn");
        System.setProperty("logging.level.io.mivaa", "warn");
        try (var server = new Server(RealServers.emptyDatabase());
                var pool = pool(server);
                var service = new MivaaContender(server, THREADS, pool, MivaaContender.Documents.EQUAL, 1)) {
            new MillionJobs(server, service).run();
        }
        System.exit(0);
    }

    private void run() throws Exception {
        service.store(1);
        load();
        long start = System.nanoTime();
        long done = succeeded();
        service.start();
        service.awaitDone((int) done + 1_000);
        System.out.printf("1,000 jobs done %.1f s after the workers were started%n", seconds(start));
        start = System.nanoTime();
        done = succeeded();
        Map<String, Long> read = rowsRead();
        measure();
        System.out.printf(
                "%nMeanwhile the workers ended %,.0f jobs a second. Rows read without an index: %s%n",
                (succeeded() - done) / seconds(start), since(read));
    }

    private static HikariDataSource pool(Server server) {
        var config = new HikariConfig();
        config.setJdbcUrl(server.database().jdbcUrl());
        config.setUsername(server.database().username());
        config.setPassword(server.database().password());
        config.addDataSourceProperty("reWriteBatchedInserts", true);
        config.setMaximumPoolSize(20);
        return new HikariDataSource(config);
    }

    private void load() throws SQLException {
        long start = System.nanoTime();
        server.execute("""
                insert into result (id, workspace, sha256, fingerprint, provider, model, dimensions, title, text,
                                    metadata, headings, tables, figures, quality, chunks)
                values (gen_random_uuid(), 'default', '', '', 'p', 'm', 1, 't', 'x', '{}', '[]', '[]', '[]', '{}', 1)
                """);
        for (int batch = 0; batch < BATCHES; batch++) {
            loadBatch(batch, JOBS / BATCHES);
        }
        System.out.printf("%,d jobs in %d batches loaded in %.0f s%n", JOBS, BATCHES, seconds(start));
        start = System.nanoTime();
        server.settle();
        System.out.printf("vacuumed and analyzed in %.0f s%n", seconds(start));
    }

    /** The options of a batch that was accepted, and documents that are all different. */
    private void loadBatch(int number, int jobs) throws SQLException {
        last = UUID.randomUUID();
        server.execute("""
                insert into batch (id, workspace, name, priority, options)
                select '%s', 'default', 'batch %d', priority, options from batch limit 1
                """.formatted(last, number));
        server.execute("""
                insert into job (id, batch_id, workspace, filename, media_type, bytes, sha256, metadata, state,
                                 max_attempts, queued_at)
                select gen_random_uuid(), '%s', 'default', name, 'text/plain', length(name),
                       encode(sha256(name::bytea), 'hex'), '{}', 'QUEUED', 3, now()
                  from (select 'note-%d-' || n as name from generate_series(1, %d) n) note
                """.formatted(last, number, jobs));
        if (number % 10 == 0) {
            server.execute("""
                    update job set state = 'SUCCEEDED', result_id = (select id from result limit 1), queued_at = null,
                                   attempt = 1, fence = 1, succeeded_by = gen_random_uuid(), succeeded_fence = 1,
                                   claimed_at = now(), started_at = now(), finished_at = now()
                     where batch_id = '%s'
                    """.formatted(last));
        } else {
            server.execute("""
                    insert into document_content (job_id, piece, bytes)
                    select id, 0, filename::bytea from job where batch_id = '%s'
                    """.formatted(last));
        }
    }

    private void measure() throws Exception {
        System.out.println("\n| address | p50 ms | p99 ms | slowest ms |\n|---|---|---|---|");
        String batch = "/api/v1/batches/" + last;
        for (String path : List.of(
                "/",
                "/api/v1/events",
                "/api/v1/stats?window=5m",
                batch,
                "/api/v1/batches",
                batch + "/jobs?limit=100",
                batch + "/jobs?state=DEAD",
                "/api/v1/queue",
                "/api/v1/queue/next",
                "/api/v1/dead-letters",
                "/actuator/prometheus")) {
            double[] millis = new double[REQUESTS];
            for (int i = 0; i < REQUESTS; i++) {
                millis[i] = time(path);
            }
            Arrays.sort(millis);
            System.out.printf(
                    "| `%s` | %.1f | %.1f | %.1f |%n",
                    path.replace(last.toString(), "{id}"),
                    millis[REQUESTS / 2],
                    millis[REQUESTS * 99 / 100],
                    millis[REQUESTS - 1]);
        }
    }

    private double time(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + path))
                .build();
        long start = System.nanoTime();
        var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var body = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        path + ": " + answer.statusCode() + " " + body.lines().collect(Collectors.joining()));
            }
            readToTheEndOrTheFirstEvent(body);
            return seconds(start) * 1000;
        }
    }

    private static void readToTheEndOrTheFirstEvent(BufferedReader body) throws IOException {
        for (String line = body.readLine(); line != null; line = body.readLine()) {
            if (line.startsWith("data:")) {
                return;
            }
        }
    }

    private long succeeded() throws SQLException {
        return server.number("select sum(succeeded) from batch");
    }

    private Map<String, Long> rowsRead() throws SQLException {
        Map<String, Long> read = new TreeMap<>();
        for (String table : List.of("batch", "job", "job_attempt", "document_content")) {
            read.put(table, server.number("select seq_tup_read from pg_stat_user_tables where relname = '" + table + "'"));
        }
        return read;
    }

    private Map<String, Long> since(Map<String, Long> before) throws SQLException {
        Map<String, Long> read = rowsRead();
        read.replaceAll((table, rows) -> rows - before.getOrDefault(table, 0L));
        return read;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
