package io.mivaa.batch.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.SpoolDirectory;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.control.DeadLetters;
import io.mivaa.batch.job.expiry.Expiring;
import io.mivaa.batch.results.embeddings.CachedVectors;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.core.env.MapPropertySource;

@ExtendWith(OutputCaptureExtension.class)
class RetentionTests {

    private static final Duration DAY = Duration.ofDays(1);

    private final Stores stores = new Stores();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AnnotationConfigApplicationContext modules = new AnnotationConfigApplicationContext();

    @TempDir
    private Path folder;

    /** What each module removes of its own. */
    @Configuration(proxyBeanMethods = false)
    @ComponentScan(
            basePackageClasses = MivaaBatchApplication.class,
            useDefaultFilters = false,
            includeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Expiring.class))
    static class Modules {}

    @BeforeEach
    void open() {
        modules.setParent(stores.beans());
        modules.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource("test", Map.of("mivaa.spool.directory", folder.toString())));
        modules.registerBean(Clock.class, () -> Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC));
        modules.register(SpoolDirectory.class, Modules.class);
        modules.refresh();
    }

    @AfterEach
    void close() {
        modules.close();
    }

    @Test
    void forgetsOthersThoughTheOldestAreStillWaitedFor() {
        List<JobId> awaited = IntStream.range(0, 25).mapToObj(i -> succeeded()).toList();
        awaited.forEach(job -> age(job, 5));
        JobId old = succeeded();
        age(old, 3);
        stores.jdbc()
                .sql(
                        "update batch b set awaiting = true, after = (select array_agg(batch_id) from job where id = any(:jobs))"
                                + " where id = (select batch_id from job where id = :open)")
                .param("jobs", awaited.stream().map(JobId::value).toArray(UUID[]::new))
                .param("open", stores.accept("open").queued().get(0).value())
                .update();

        pass(settings(DAY, null, null, null));

        assertThat(jobs()).hasSize(26).doesNotContain(old.value());
    }

    @Test
    void forgetsBatchesThatFinishedLongAgo() {
        JobId old = succeeded();
        JobId young = succeeded();
        JobId open = stores.accept("open").queued().get(0);
        age(old, 3);
        stores.jdbc()
                .sql("update batch set created_at = now() - interval '9 days'")
                .update();

        pass(settings(DAY, null, null, null));

        assertThat(jobs()).containsExactlyInAnyOrder(young.value(), open.value());
        assertThat(count("document_content")).isEqualTo(2);
        assertThat(count("result")).isEqualTo(1);
        assertThat(removed("batches")).isEqualTo(1);
    }

    @Test
    void keepsABatchWithADeadLetterUntilThatIsDiscarded() {
        JobId dead = dead();
        age(dead, 3);

        pass(settings(DAY, null, null, null));
        assertThat(jobs()).containsExactly(dead.value());

        stores.deadLetters().discard(Stores.WORKSPACE, DeadLetters.Filter.ALL, null);
        pass(settings(DAY, null, null, null));
        assertThat(jobs()).isEmpty();
    }

    @Test
    void keepsEverythingForEverWhenNothingIsSaid() {
        JobId succeeded = succeeded();
        JobId dead = dead();
        age(succeeded, 80);
        age(dead, 80);

        pass(settings(null, null, Duration.ofDays(90), null));

        assertThat(jobs()).hasSize(2);
        assertThat(count("document_content")).isEqualTo(2);
        assertThat(stores.job(dead).discardedAt()).isNull();
    }

    @Test
    void removesContentsThatNobodyWillReadAgain() {
        JobId succeeded = succeeded();
        JobId young = succeeded();
        JobId dead = dead();
        JobId discarded = dead();
        stores.deadLetters().discard(Stores.WORKSPACE, DeadLetters.Filter.ofJobs(List.of(discarded)), null);
        JobId open = stores.accept("open").queued().get(0);
        for (JobId job : List.of(succeeded, dead, discarded)) {
            age(job, 3);
        }
        stores.jdbc()
                .sql("update job set created_at = now() - interval '9 days'")
                .update();

        pass(settings(null, DAY, null, null));

        assertThat(stores.jdbc()
                        .sql("select job_id from document_content")
                        .query(UUID.class)
                        .list())
                .containsExactlyInAnyOrder(young.value(), dead.value(), open.value());
        assertThat(removed("contents")).isEqualTo(2);
        assertThat(stores.job(succeeded).state()).hasToString("SUCCEEDED");
    }

    @Test
    void removesContentsBeyondTheFirstPage() {
        String[] texts = new String[1200];
        java.util.Arrays.setAll(texts, i -> "text " + i);
        Acceptance.Accepted batch = stores.accept(texts);
        stores.cancellation().cancel(Stores.WORKSPACE, batch.batch());
        stores.jdbc()
                .sql(
                        "update job set finished_at = now() - interval '3 days', created_at = finished_at - interval '9 days'")
                .update();
        stores.jdbc()
                .sql("update job set finished_at = now() where id = :id")
                .param("id", batch.queued().get(3).value())
                .update();

        pass(settings(null, DAY, null, null));

        assertThat(count("document_content")).isEqualTo(1);
        assertThat(removed("contents")).isEqualTo(1199);
    }

    /** A later page has only younger ones. */
    @Test
    void looksAtNoPageOfContentsAfterOneWithoutAnythingOld() throws IOException {
        JobId first = stores.accept("a", "b", "c").queued().get(0);
        Expiring contents = modules.getBeansOfType(Expiring.class).values().stream()
                .filter(each -> each.kind().equals("contents"))
                .findAny()
                .orElseThrow();
        assertThat(contents.olderThan(DAY).removeNext(2)).isEqualTo(new Expiring.Page(0, false));

        stores.jdbc()
                .sql("update job set created_at = now() - interval '9 days' where id = :id")
                .param("id", first.value())
                .update();

        assertThat(contents.olderThan(DAY).removeNext(2)).isEqualTo(new Expiring.Page(0, true));
    }

    @Test
    void refusesAModuleWhoseKindHasNoSetting() {
        Expiring unknown = new Expiring() {
            @Override
            public String kind() {
                return "unknown";
            }

            @Override
            public Pages olderThan(Duration age) {
                throw new AssertionError("nothing is removed");
            }
        };

        assertThatThrownBy(() -> new Retention(
                        List.of(unknown), stores.bean(CachedVectors.class), settings(null, null, null, null), meters))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("unknown");
    }

    @Test
    void keepsTheLastAttemptOfAJob() {
        JobId old = afterThreeAttempts();
        JobId young = afterThreeAttempts();
        age(old, 3);

        pass(settings(null, null, DAY, null));

        assertThat(fences(old)).containsExactly(3L);
        assertThat(fences(young)).containsExactly(1L, 2L, 3L);
        assertThat(removed("attempts")).isEqualTo(2);
    }

    @Test
    void discardsDeadLettersByTheirAgeOnly() {
        JobId old = dead();
        JobId young = dead();
        age(old, 3);

        pass(settings(null, null, null, DAY));

        assertThat(stores.job(old).discardedAt()).isNotNull();
        assertThat(stores.job(young).discardedAt()).isNull();
        assertThat(stores.job(old).state()).hasToString("DEAD");
        assertThat(removed("dead_letters")).isEqualTo(1);
    }

    @Test
    void forgetsKeysAndInstancesThatAreOld() {
        for (String key : List.of("old", "young")) {
            stores.jdbc()
                    .sql("""
                            insert into idempotency_key (workspace, key, request, response, batch_id, created_at)
                            values ('acme', :key, '', '', gen_random_uuid(), now() - :age * interval '1 hour')
                            """)
                    .param("key", key)
                    .param("age", key.equals("old") ? 25 : 23)
                    .update();
        }
        stores.instance();
        UUID dead = stores.instance().value();
        stores.jdbc()
                .sql("update worker_instance set lease_until = now() - interval '25 hours' where id = :id")
                .param("id", dead)
                .update();

        pass(settings(null, null, null, null));

        assertThat(stores.jdbc()
                        .sql("select key from idempotency_key")
                        .query(String.class)
                        .list())
                .containsExactly("young");
        assertThat(stores.jdbc()
                        .sql("select id from worker_instance")
                        .query(UUID.class)
                        .list())
                .hasSize(1)
                .doesNotContain(dead);
        assertThat(removed("idempotency_keys")).isEqualTo(1);
        assertThat(removed("instances")).isEqualTo(1);
    }

    @Test
    void removesTheFilesOfProcessesThatAreGoneAndForgottenOnes() throws IOException {
        Path gone = Files.createDirectories(folder.resolve("spool-gone"));
        Files.createFile(gone.resolve("lock"));
        Files.createFile(gone.resolve("document.pdf"));
        SpoolDirectory spool = modules.getBean(SpoolDirectory.class);
        Path forgotten = spool.newFile(".pdf");
        Files.setLastModifiedTime(
                forgotten,
                FileTime.from(Instant.parse("2030-01-01T00:00:00Z").minus(DAY).minusSeconds(1)));
        Path used = spool.newFile(".pdf");
        Files.setLastModifiedTime(
                used,
                FileTime.from(Instant.parse("2030-01-01T00:00:00Z").minus(DAY).plusSeconds(1)));
        Path lock = forgotten.resolveSibling("lock");
        Files.setLastModifiedTime(lock, FileTime.from(Instant.EPOCH));

        pass(settings(null, null, null, null));

        assertThat(gone).doesNotExist();
        assertThat(forgotten).doesNotExist();
        assertThat(used).exists();
        assertThat(lock).exists();
        assertThat(removed("files")).isEqualTo(2);
    }

    @Test
    void removesVectorsThatNobodyUsesAndThoseThatAreTooMany() {
        for (int i = 0; i < 8; i++) {
            stores.jdbc()
                    .sql("insert into embedding_cache values ('p', 'm', 1, :key, 'abcd', current_date - :age)")
                    .param("key", "text " + i)
                    .param("age", i)
                    .update();
        }

        pass(settings(null, null, null, null));

        assertThat(stores.jdbc()
                        .sql("select sha256 from embedding_cache order by 1")
                        .query(String.class)
                        .list())
                .containsExactly("text 0", "text 1", "text 2");
        assertThat(removed("embeddings")).isEqualTo(5);
    }

    @Test
    void doesNotDisturbAnotherInstanceAtTheSameTime() throws Exception {
        for (int i = 0; i < 30; i++) {
            age(succeeded(), 3);
        }
        RetentionSettings settings = settings(DAY, DAY, DAY, DAY);
        ExecutorService instances = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> passes = new java.util.ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Retention retention = retention(settings);
                passes.add(instances.submit(retention::pass));
            }
            for (Future<?> pass : passes) {
                pass.get();
            }
        } finally {
            instances.shutdownNow();
        }

        assertThat(jobs()).isEmpty();
        assertThat(removed("batches")).isEqualTo(30);
        assertThat(failures()).isZero();
    }

    @Test
    void saysOnceThatOneKindFailsAndGoesOnWithTheOthers(CapturedOutput output) {
        age(dead(), 3);
        Retention retention = retention(settings(null, null, null, DAY));
        stores.jdbc().sql("alter table idempotency_key rename to away").update();

        retention.pass();
        retention.pass();

        assertThat(removed("dead_letters")).isEqualTo(1);
        assertThat(failures()).isEqualTo(2);
        assertThat(output).containsOnlyOnce("Cannot remove expired data: idempotency_keys.");

        stores.jdbc().sql("alter table away rename to idempotency_key").update();
        retention.pass();
        retention.pass();

        assertThat(failures()).isEqualTo(2);
        assertThat(output).containsOnlyOnce("The removal of expired data works again: idempotency_keys");
    }

    @Test
    void forgetsTheOthersWhenTheOldestBatchesCannotBeDeleted(CapturedOutput output) {
        List<JobId> stuck = IntStream.range(0, 25).mapToObj(i -> succeeded()).toList();
        stuck.forEach(job -> age(job, 5));
        stores.jdbc()
                .sql("create table holds_on as select batch_id from job where id = any(:jobs)")
                .param("jobs", stuck.stream().map(JobId::value).toArray(UUID[]::new))
                .update();
        stores.jdbc()
                .sql("alter table holds_on add foreign key (batch_id) references batch")
                .update();
        age(succeeded(), 3);
        Retention retention = retention(settings(DAY, null, null, null));

        retention.pass();
        retention.pass();

        assertThat(jobs()).hasSize(25);
        assertThat(removed("batches")).isEqualTo(1);
        assertThat(failures()).isEqualTo(2);
        assertThat(output).containsOnlyOnce("Cannot remove expired data: batches.");

        stores.jdbc().sql("drop table holds_on").update();
        retention.pass();
        assertThat(jobs()).isEmpty();
    }

    private static RetentionSettings settings(
            @Nullable Duration batches,
            @Nullable Duration contents,
            @Nullable Duration attempts,
            @Nullable Duration deadLetters) {
        return new RetentionSettings(
                Duration.ofMinutes(10),
                batches,
                contents,
                attempts,
                deadLetters,
                DAY,
                DAY,
                DAY,
                DAY,
                DAY,
                DAY.multipliedBy(2),
                3);
    }

    private void pass(RetentionSettings settings) {
        retention(settings).pass();
        assertThat(failures()).isZero();
    }

    private double failures() {
        return meters.find("mivaa.retention.failures").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private Retention retention(RetentionSettings settings) {
        return new Retention(
                List.copyOf(modules.getBeansOfType(Expiring.class).values()),
                stores.bean(CachedVectors.class),
                settings,
                meters);
    }

    private JobId succeeded() {
        Claim claim =
                stores.claim(stores.accept("text " + UUID.randomUUID()).queued().get(0));
        stores.succeed(claim);
        return claim.job();
    }

    private JobId dead() {
        Claim claim =
                stores.claim(stores.accept("text " + UUID.randomUUID()).queued().get(0));
        stores.settling()
                .bury(
                        claim,
                        Failure.invalidInput("no-text", "There is no text."),
                        io.mivaa.batch.job.JobStage.PARSING,
                        Map.of());
        return claim.job();
    }

    private JobId afterThreeAttempts() {
        JobId job = stores.accept("text " + UUID.randomUUID()).queued().get(0);
        for (int i = 0; i < 2; i++) {
            stores.settling().handBack(stores.claim(job));
        }
        stores.succeed(stores.claim(job));
        return job;
    }

    /** Lets a finished job and its batch have ended so many days ago. */
    private void age(JobId job, int days) {
        stores.jdbc().sql("""
                        update job set finished_at = now() - :days * interval '1 day',
                                       created_at = now() - (:days + 1) * interval '1 day'
                         where id = :id
                        """).param("days", days).param("id", job.value()).update();
        stores.jdbc().sql("""
                        update batch set finished_at = now() - :days * interval '1 day'
                         where id = (select batch_id from job where id = :id)
                        """).param("days", days).param("id", job.value()).update();
    }

    private List<UUID> jobs() {
        return stores.jdbc().sql("select id from job").query(UUID.class).list();
    }

    private List<Long> fences(JobId job) {
        return stores.jdbc()
                .sql("select fence from ended_attempt where job_id = :id order by fence")
                .param("id", job.value())
                .query(Long.class)
                .list();
    }

    private int count(String table) {
        return stores.jdbc()
                .sql("select count(*) from " + table)
                .query(Integer.class)
                .single();
    }

    private double removed(String kind) {
        Counter counter =
                meters.find("mivaa.retention.removed").tag("kind", kind).counter();
        return counter == null ? 0 : counter.count();
    }
}
