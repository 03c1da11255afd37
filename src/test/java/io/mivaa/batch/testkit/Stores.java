package io.mivaa.batch.testkit;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchOptions;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.Contents;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.acceptance.OpenJobs;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.HeldClaims;
import io.mivaa.batch.job.claim.Instances;
import io.mivaa.batch.job.claim.Settling;
import io.mivaa.batch.job.claim.Success;
import io.mivaa.batch.job.claim.Successes;
import io.mivaa.batch.job.control.BatchControl;
import io.mivaa.batch.job.control.BatchDeletion;
import io.mivaa.batch.job.control.Cancellation;
import io.mivaa.batch.job.control.DeadLetters;
import io.mivaa.batch.job.control.SwitchingBatches;
import io.mivaa.batch.job.expiry.FinishedBatches;
import io.mivaa.batch.job.outage.PostgresErrors;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.job.reading.Jobs;
import io.mivaa.batch.job.reading.NextJobs;
import io.mivaa.batch.job.waiting.Backlog;
import io.mivaa.batch.job.waiting.Depths;
import io.mivaa.batch.job.waiting.Lane;
import io.mivaa.batch.job.waiting.Promotion;
import io.mivaa.batch.job.waiting.Takeover;
import io.mivaa.batch.results.store.Results;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** The stores of the job and results modules on a new database, transactions and all, and short ways to fill it. */
public final class Stores {

    public static final Workspace WORKSPACE = new Workspace("acme");

    public static final BatchOptions OPTIONS = new BatchOptions(
            new BatchOptions.Chunking("structure", 160, 0, 40),
            new BatchOptions.Embedding("onnx", "all-minilm-l6-v2-q"),
            3,
            null,
            null);

    private final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

    @Configuration(proxyBeanMethods = false)
    @EnableTransactionManagement(proxyTargetClass = true)
    @ComponentScan(
            basePackages = "io.mivaa.batch.results",
            useDefaultFilters = false,
            includeFilters = @ComponentScan.Filter(Repository.class))
    @ConfigurationPropertiesScan("io.mivaa.batch.results")
    static class Transactions {}

    public Stores() {
        this(RealServers.freshDatabase());
    }

    public Stores(DataSource database) {
        context.registerBean(DataSource.class, () -> database);
        context.registerBean(JdbcTransactionManager.class, () -> new JdbcTransactionManager(database));
        JdbcTemplate template = new JdbcTemplate(database);
        template.setExceptionTranslator(new PostgresErrors());
        context.registerBean(JdbcTemplate.class, () -> template);
        context.registerBean(JdbcClient.class, () -> JdbcClient.create(template));
        context.registerBean(JsonMapper.class, () -> new JsonMapper());
        context.register(
                Transactions.class,
                Acceptance.class,
                Backlog.class,
                BatchControl.class,
                BatchDeletion.class,
                Batches.class,
                Cancellation.class,
                Claims.class,
                Contents.class,
                DeadLetters.class,
                Depths.class,
                FinishedBatches.class,
                HeldClaims.class,
                Instances.class,
                Jobs.class,
                NextJobs.class,
                OpenJobs.class,
                Promotion.class,
                Settling.class,
                Successes.class,
                SwitchingBatches.class,
                Takeover.class);
        context.refresh();
    }

    /** All of them, as the parent of a context that needs them. */
    public ApplicationContext beans() {
        return context;
    }

    /** Whether a statement in this database waits for another; what other tests do on the server does not count. */
    public static boolean somebodyWaitsForALock(JdbcClient jdbc) {
        return jdbc.sql("""
                        select exists (
                            select from pg_stat_activity
                             where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0)
                        """).query(Boolean.class).single();
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public Acceptance acceptance() {
        return bean(Acceptance.class);
    }

    public Backlog backlog() {
        return bean(Backlog.class);
    }

    public Batches batches() {
        return bean(Batches.class);
    }

    public BatchControl control() {
        return bean(BatchControl.class);
    }

    public BatchDeletion deletion() {
        return bean(BatchDeletion.class);
    }

    public Cancellation cancellation() {
        return bean(Cancellation.class);
    }

    public Depths depths() {
        return bean(Depths.class);
    }

    public HeldClaims heldClaims() {
        return bean(HeldClaims.class);
    }

    public NextJobs nextJobs() {
        return bean(NextJobs.class);
    }

    public Promotion promotion() {
        return bean(Promotion.class);
    }

    public Successes successes() {
        return bean(Successes.class);
    }

    public Takeover takeover() {
        return bean(Takeover.class);
    }

    public Claims claims() {
        return bean(Claims.class);
    }

    public Contents contents() {
        return bean(Contents.class);
    }

    public DeadLetters deadLetters() {
        return bean(DeadLetters.class);
    }

    public Instances instances() {
        return bean(Instances.class);
    }

    public Jobs jobs() {
        return bean(Jobs.class);
    }

    public Settling settling() {
        return bean(Settling.class);
    }

    public Results results() {
        return bean(Results.class);
    }

    public JdbcClient jdbc() {
        return bean(JdbcClient.class);
    }

    public TransactionTemplate transactions() {
        return new TransactionTemplate(bean(JdbcTransactionManager.class));
    }

    /** A batch of text documents with these contents. */
    public Acceptance.Accepted accept(String... contents) {
        return accept(
                Priority.NORMAL, Arrays.stream(contents).map(Stores::document).toList());
    }

    public Acceptance.Accepted accept(Priority priority, List<NewDocument> documents) {
        try {
            return acceptance()
                    .accept(
                            new NewBatch(WORKSPACE, "a batch", priority, OPTIONS, List.of("blue"), NewBatch.Start.NOW),
                            documents);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A batch of so many text documents in this workspace. */
    public Acceptance.Accepted accept(Workspace workspace, Priority priority, int documents) {
        return accept(workspace, priority, null, NewBatch.Start.NOW, documents);
    }

    /** A batch of so many text documents of which so many may run at a time. */
    public Acceptance.Accepted accept(
            Workspace workspace,
            Priority priority,
            @Nullable Integer maxInFlight,
            NewBatch.Start start,
            int documents) {
        try {
            BatchOptions options =
                    new BatchOptions(OPTIONS.chunking(), OPTIONS.embedding(), OPTIONS.maxAttempts(), maxInFlight, null);
            return acceptance()
                    .accept(
                            new NewBatch(workspace, null, priority, options, List.of(), start),
                            IntStream.range(0, documents)
                                    .mapToObj(i -> document("document " + i))
                                    .toList());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Where the hints of a batch belong that may run without a bound. */
    public static Lane lane(BatchId batch, Priority priority) {
        return new Lane(WORKSPACE, batch, priority, null);
    }

    public static NewDocument document(String content) {
        return document(null, content, null);
    }

    public static NewDocument document(@Nullable String externalId, String content, @Nullable Failure refusal) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return new NewDocument(
                externalId,
                "note.txt",
                null,
                "text/plain",
                bytes.length,
                sha256(bytes),
                "{}",
                () -> new ByteArrayInputStream(bytes),
                refusal);
    }

    /** An instance that lives for an hour. */
    public InstanceId instance() {
        InstanceId id = InstanceId.create();
        instances().register(id, "here", 1, 2, Duration.ofHours(1));
        return id;
    }

    /** Claims the job for a new instance. */
    public Claim claim(JobId job) {
        return claims().take(List.of(job), instance(), Claims.ANY_CRASHES).get(0);
    }

    /** With a result of its own. */
    public void succeed(Claim claim) {
        succeed(new Success(claim, result(), false, null, 1, Map.of()));
    }

    public void succeed(Success success) {
        transactions().executeWithoutResult(status -> {
            successes().hold(success.claim());
            successes().succeed(List.of(success));
        });
    }

    public Job job(JobId id) {
        return jobs().find(WORKSPACE, id).orElseThrow();
    }

    public io.mivaa.batch.job.Batch batch(BatchId id) {
        return batches().find(WORKSPACE, id).orElseThrow();
    }

    /** A row that a succeeded job can point to. */
    public UUID result() {
        UUID id = UUID.randomUUID();
        jdbc().sql("""
                        insert into result (id, workspace, sha256, fingerprint, provider, model, dimensions, title,
                                            text, metadata, headings, tables, figures, quality, chunks)
                        values (:id, 'acme', '', '', 'p', 'm', 1, 't', 'x', '{}', '[]', '[]', '[]', '{}', 1)
                        """).param("id", id).update();
        return id;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
