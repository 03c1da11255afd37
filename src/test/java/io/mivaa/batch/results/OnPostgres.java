package io.mivaa.batch.results;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.Success;
import io.mivaa.batch.job.claim.Successes;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.results.store.NewResult;
import io.mivaa.batch.results.store.Results;
import io.mivaa.batch.results.store.Results.Reusable;
import io.mivaa.batch.testkit.RealServers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A service on a real database with nothing in it, and what workers do to it. */
@SpringBootTest(
        classes = ResultsApplication.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        // There are no workers here, whose health the liveness of the whole service includes.
        properties = "management.endpoint.health.validate-group-membership=false")
public abstract class OnPostgres {

    public static final Workspace WORKSPACE = Workspace.DEFAULT;
    public static final String FINGERPRINT = "f".repeat(64);

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final InstanceId INSTANCE = InstanceId.create();

    @Autowired
    public Results results;

    @Autowired
    public JdbcClient jdbc;

    @Autowired
    public JsonMapper json;

    @Autowired
    public TransactionTemplate transaction;

    @Autowired
    private Acceptance acceptance;

    @Autowired
    private Claims claims;

    @Autowired
    private Successes successes;

    @LocalServerPort
    private int port;

    @DynamicPropertySource
    static void servers(DynamicPropertyRegistry registry) {
        RealServers.Database database = RealServers.migratedDatabase();
        registry.add("spring.datasource.url", database::jdbcUrl);
        registry.add("spring.datasource.username", database::username);
        registry.add("spring.datasource.password", database::password);
    }

    @BeforeEach
    public void empty() {
        jdbc.sql("truncate batch, document, result cascade").update();
    }

    /** A document on its way in: its name is its content too. */
    public static NewDocument upload(@Nullable String externalId, String filename) {
        byte[] bytes = filename.getBytes(StandardCharsets.UTF_8);
        return new NewDocument(
                externalId,
                filename,
                null,
                "text/plain",
                bytes.length,
                Sheet.sha256(filename),
                "{}",
                () -> new ByteArrayInputStream(bytes),
                null);
    }

    /** Takes a batch in and claims all its jobs, in order. */
    public List<Claim> submit(Workspace workspace, List<String> tags, NewDocument... documents) throws IOException {
        var options = new BatchOptions(
                new BatchOptions.Chunking("structure", 160, 0, 0),
                new BatchOptions.Embedding("words", "plain"),
                3,
                null,
                null);
        var accepted = acceptance.accept(
                new NewBatch(workspace, null, Priority.NORMAL, options, tags, NewBatch.Start.NOW),
                Arrays.asList(documents));
        return claims.take(accepted.queued(), INSTANCE, Claims.ANY_CRASHES);
    }

    public Claim submit(@Nullable String externalId, String filename) throws IOException {
        return submit(WORKSPACE, List.of(), upload(externalId, filename)).get(0);
    }

    /** What a worker does at the end of an attempt. */
    public UUID succeed(Claim claim, RagDocument document) {
        return transaction.execute(status -> {
            UUID result = results.store(List.of(new NewResult(claim, document, FINGERPRINT)))
                    .get(0);
            settle(claim, result, false, document.chunks().size());
            return result;
        });
    }

    public UUID reuse(Claim claim) {
        return transaction.execute(status -> {
            Reusable found = findReusable(claim);
            settle(claim, found.result(), true, found.chunks());
            return found.result();
        });
    }

    public Reusable findReusable(Claim claim) {
        UUID known = claim.known().get(FINGERPRINT);
        return Objects.requireNonNull(results.findReusable(List.of(known)).get(known));
    }

    public void settle(Claim claim, UUID result, boolean reused, int chunks) {
        List<Success> success = List.of(new Success(claim, result, reused, null, chunks, Map.of()));
        results.publish(success);
        successes.succeed(success);
    }

    public BatchId succeeded(@Nullable String externalId, String filename, String... chunks) throws IOException {
        Claim claim = submit(externalId, filename);
        succeed(claim, Sheet.of(chunks));
        return claim.batch();
    }

    public int count(String table) {
        return jdbc.sql("select count(*) from " + table).query(Integer.class).single();
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path), BodyHandlers.ofString());
    }

    public JsonNode getJson(String path) throws IOException, InterruptedException {
        return json.readTree(get(path).body());
    }

    public HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE(), BodyHandlers.ofString());
    }

    public HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(
                request(path).POST(BodyPublishers.ofString(body)).header("Content-Type", "application/json"),
                BodyHandlers.ofString());
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path));
    }

    public static <T> HttpResponse<T> send(HttpRequest.Builder request, BodyHandler<T> body)
            throws IOException, InterruptedException {
        return CLIENT.send(request.build(), body);
    }
}
