package io.mivaa.batch.job.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.Batch;
import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.Counts;
import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.InstanceId;
import io.mivaa.batch.job.Job;
import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.JobState;
import io.mivaa.batch.job.Page;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance;
import io.mivaa.batch.job.acceptance.Contents;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.ClaimLost;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.claim.JobProgress;
import io.mivaa.batch.testkit.Stores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchesTests {

    private static final Workspace OTHER = new Workspace("other");

    private static final Stores stores = new Stores();

    private final Failure failure = Failure.invalidInput("no-text", "There is no text.");

    private void succeed(Claim claim) {
        stores.succeed(claim);
    }

    @Test
    void countsItsJobsInEveryState() {
        Acceptance.Accepted batch = stores.accept(
                Priority.NORMAL,
                List.of(
                        Stores.document("a"),
                        Stores.document("b"),
                        Stores.document("c"),
                        Stores.document(null, "", failure)));
        assertThat(stores.batch(batch.batch()).counts()).isEqualTo(new Counts(4, 0, 3, 0, 0, 0, 1, 0));
        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.QUEUED);

        succeed(stores.claim(batch.queued().get(0)));
        stores.claim(batch.queued().get(1));

        Batch running = stores.batch(batch.batch());
        assertThat(running.counts()).isEqualTo(new Counts(4, 0, 1, 1, 0, 1, 1, 0));
        assertThat(running.state()).isEqualTo(BatchState.RUNNING);
        assertThat(running.startedAt()).isNotNull();
        assertThat(running.finishedAt()).isNull();
    }

    @Test
    void toldOfTheTimeBeforeItsStartHasNotStarted() {
        NewBatch.Start soon = new NewBatch.Start(Instant.parse("2999-01-01T00:00:00Z"), List.of());
        BatchId id =
                stores.accept(Stores.WORKSPACE, Priority.NORMAL, null, soon, 1).batch();
        Batch scheduled = stores.batch(id);
        stores.jdbc()
                .sql("update job set run_after = now() where batch_id = :id")
                .param("id", id.value())
                .update();
        stores.promotion().promoteDue(500);
        stores.claim(stores.jobs()
                .list(Stores.WORKSPACE, id, null, null, 1)
                .items()
                .get(0)
                .id());

        Batch now = stores.batch(id);

        Batch then = now.asOf(scheduled.state(), scheduled.counts(), scheduled.createdAt());
        assertThat(then.state()).isEqualTo(BatchState.SCHEDULED);
        assertThat(then.startedAt()).isNull();
        assertThat(now.asOf(BatchState.RUNNING, now.counts(), now.readAt()).startedAt())
                .isNotNull()
                .isEqualTo(now.startedAt());
    }

    @Test
    void endsAsSucceededPartialOrFailed() {
        Acceptance.Accepted all = stores.accept("a");
        succeed(stores.claim(all.queued().get(0)));
        Acceptance.Accepted some = stores.accept("b", "c");
        succeed(stores.claim(some.queued().get(0)));
        stores.settling().bury(stores.claim(some.queued().get(1)), failure, JobStage.PARSING, Map.of());
        Acceptance.Accepted none = stores.accept("d");
        stores.settling().bury(stores.claim(none.queued().get(0)), failure, JobStage.PARSING, Map.of());
        Acceptance.Accepted refused = stores.accept(Priority.LOW, List.of(Stores.document(null, "", failure)));

        assertThat(stores.batch(all.batch()).state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(stores.batch(some.batch()).state()).isEqualTo(BatchState.PARTIAL);
        assertThat(stores.batch(none.batch()).state()).isEqualTo(BatchState.FAILED);
        assertThat(stores.batch(refused.batch()).state()).isEqualTo(BatchState.FAILED);
        assertThat(stores.batch(all.batch()).finishedAt()).isNotNull();
        assertThat(stores.batch(refused.batch()).finishedAt()).isNotNull();
    }

    @Test
    void finishesOnceHoweverManyJobsEndAtTheSameMoment() throws Exception {
        Acceptance.Accepted batch = stores.accept("1", "2", "3", "4", "5", "6", "7", "8");
        List<Claim> claims = stores.claims().take(batch.queued(), stores.instance(), Claims.ANY_CRASHES);
        var threads = Executors.newFixedThreadPool(8);
        for (Claim claim : claims) {
            threads.execute(() -> succeed(claim));
        }
        threads.shutdown();

        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.SUCCEEDED);
        assertThat(stores.batch(batch.batch()).counts().succeeded()).isEqualTo(8);
    }

    @Test
    void keepsItsCountsTrueUnderClaimsEndsAndCancelsAtOnce() throws Exception {
        List<Acceptance.Accepted> batches = new ArrayList<>();
        List<JobId> jobs = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            batches.add(stores.accept("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"));
            jobs.addAll(batches.get(i).queued());
        }
        AtomicBoolean deadlock = new AtomicBoolean();
        var threads = Executors.newFixedThreadPool(6);
        for (int thread = 0; thread < 5; thread++) {
            Random random = new Random(thread);
            InstanceId instance = stores.instance();
            threads.execute(() -> {
                for (int round = 0; round < 40; round++) {
                    List<JobId> some =
                            random.ints(8, 0, jobs.size()).mapToObj(jobs::get).toList();
                    try {
                        for (Claim claim : stores.claims().take(some, instance, Claims.ANY_CRASHES)) {
                            switch (random.nextInt(3)) {
                                case 0 -> succeed(claim);
                                case 1 -> stores.settling().bury(claim, failure, JobStage.PARSING, Map.of());
                                default -> stores.settling().handBack(claim);
                            }
                        }
                    } catch (ClaimLost e) {
                        // Cancelled meanwhile.
                    } catch (RuntimeException e) {
                        deadlock.set(true);
                        throw e;
                    }
                }
            });
        }
        threads.execute(() ->
                stores.cancellation().cancel(Stores.WORKSPACE, batches.get(2).batch()));
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        assertThat(deadlock).isFalse();
        for (Acceptance.Accepted batch : batches) {
            Counts counts = stores.batch(batch.batch()).counts();
            assertThat(counts).isEqualTo(countedByHand(batch.batch()));
        }
    }

    private static Counts countedByHand(BatchId batch) {
        List<Job> jobs =
                stores.jobs().list(Stores.WORKSPACE, batch, null, null, 200).items();
        Map<JobState, Long> n = jobs.stream().collect(Collectors.groupingBy(Job::state, Collectors.counting()));
        return new Counts(
                jobs.size(),
                Math.toIntExact(n.getOrDefault(JobState.SCHEDULED, 0L)),
                Math.toIntExact(n.getOrDefault(JobState.QUEUED, 0L)),
                Math.toIntExact(n.getOrDefault(JobState.RUNNING, 0L)),
                Math.toIntExact(n.getOrDefault(JobState.RETRYING, 0L)),
                Math.toIntExact(n.getOrDefault(JobState.SUCCEEDED, 0L)),
                Math.toIntExact(n.getOrDefault(JobState.DEAD, 0L)),
                Math.toIntExact(n.getOrDefault(JobState.CANCELLED, 0L)));
    }

    @Test
    void cancelsEverythingThatIsNotFinalAndTakesTheFenceFromWhatRuns() {
        Acceptance.Accepted batch = stores.accept("done", "running", "waiting");
        succeed(stores.claim(batch.queued().get(0)));
        Claim running = stores.claim(batch.queued().get(1));

        assertThat(stores.cancellation().cancel(Stores.WORKSPACE, batch.batch()))
                .isTrue();

        Batch cancelled = stores.batch(batch.batch());
        assertThat(cancelled.state()).isEqualTo(BatchState.CANCELLED);
        assertThat(cancelled.counts()).isEqualTo(new Counts(3, 0, 0, 0, 0, 1, 0, 2));
        assertThatThrownBy(() -> succeed(running)).isInstanceOf(ClaimLost.class);
        assertThat(stores.cancellation().cancel(Stores.WORKSPACE, batch.batch()))
                .isFalse();
    }

    @Test
    void doesNotCancelABatchOfAnotherWorkspace() {
        Acceptance.Accepted batch = stores.accept("one");

        assertThat(stores.cancellation().cancel(OTHER, batch.batch())).isFalse();
        assertThat(stores.control().pause(OTHER, batch.batch(), true)).isFalse();
        assertThat(stores.control().reprioritise(OTHER, batch.batch(), Priority.HIGH))
                .isEmpty();
        assertThat(stores.batches().find(OTHER, batch.batch())).isEmpty();
        assertThat(stores.jobs().find(OTHER, batch.queued().get(0))).isEmpty();
        assertThat(stores.cancellation().cancel(OTHER, batch.queued().get(0))).isFalse();
        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.QUEUED);
    }

    @Test
    void isPausedAndResumedOnce() {
        Acceptance.Accepted batch = stores.accept("one");

        assertThat(stores.control().pause(Stores.WORKSPACE, batch.batch(), true))
                .isTrue();
        assertThat(stores.control().pause(Stores.WORKSPACE, batch.batch(), true))
                .isFalse();
        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.PAUSED);
        assertThat(stores.control().pause(Stores.WORKSPACE, batch.batch(), false))
                .isTrue();
        assertThat(stores.batch(batch.batch()).state()).isEqualTo(BatchState.QUEUED);
    }

    @Test
    void changesItsPriorityWhileItIsNotFinal() {
        Acceptance.Accepted batch = stores.accept("one");

        assertThat(stores.control().reprioritise(Stores.WORKSPACE, batch.batch(), Priority.HIGH))
                .contains(Priority.NORMAL);
        assertThat(stores.batch(batch.batch()).priority()).isEqualTo(Priority.HIGH);
        succeed(stores.claim(batch.queued().get(0)));
        assertThat(stores.control().reprioritise(Stores.WORKSPACE, batch.batch(), Priority.LOW))
                .isEmpty();
    }

    @Test
    void hasAnotherVersionAfterEveryChangeOfAJob() {
        Acceptance.Accepted batch = stores.accept("one");
        long accepted = stores.batch(batch.batch()).version();
        Claim claim = stores.claim(batch.queued().get(0));
        long claimed = stores.batch(batch.batch()).version();
        stores.heldClaims().progress(List.of(new JobProgress(claim, true, JobStage.CHUNKING, 1, null, null)));

        assertThat(claimed).isNotEqualTo(accepted);
        assertThat(stores.batch(batch.batch()).version()).isEqualTo(claimed);
        assertThat(stores.batches().versions(List.of(batch.batch(), BatchId.create())))
                .isEqualTo(Map.of(batch.batch(), claimed));
        assertThat(stores.jobs().versions(List.of(claim.job()))).containsKey(claim.job());
    }

    @Test
    void isListedNewestFirstPageByPage() {
        Stores own = new Stores();
        List<BatchId> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(0, own.accept("document " + i).batch());
        }

        Page<Batch, BatchId> first = own.batches().list(Stores.WORKSPACE, Batches.Filter.ANY, null, 3);
        Page<Batch, BatchId> second = own.batches().list(Stores.WORKSPACE, in(BatchState.QUEUED), first.next(), 3);

        assertThat(first.items()).extracting(Batch::id).containsExactlyElementsOf(ids.subList(0, 3));
        assertThat(second.items()).extracting(Batch::id).containsExactlyElementsOf(ids.subList(3, 5));
        assertThat(second.next()).isNull();
        assertThat(own.batches()
                        .list(Stores.WORKSPACE, in(BatchState.FAILED), null, 3)
                        .items())
                .isEmpty();
        assertThat(own.batches().list(OTHER, Batches.Filter.ANY, null, 3).items())
                .isEmpty();
    }

    @Test
    void isFoundByWhatStandsInItsNameOrByATag() throws IOException {
        Stores own = new Stores();
        BatchId spring = named(own, "Spring 100%_of \\ sheets", "try", "Öl");
        BatchId summer = named(own, "SPRING and summer");
        named(own, null);

        assertThat(found(own, "spring", null)).containsExactly(summer, spring);
        assertThat(found(own, "100%_OF \\ s", null)).containsExactly(spring);
        assertThat(found(own, "s%g", null)).isEmpty();
        assertThat(found(own, "_pring", null)).isEmpty();
        assertThat(found(own, null, "Öl")).containsExactly(spring);
        assertThat(found(own, "summer", "try")).isEmpty();
        assertThat(own.batches()
                        .list(OTHER, new Batches.Filter(null, "spring", null), null, 3)
                        .items())
                .isEmpty();
        assertThat(own.batches()
                        .list(Stores.WORKSPACE, new Batches.Filter(BatchState.FAILED, "spring", null), null, 3)
                        .items())
                .isEmpty();
    }

    /** However rare what is looked for, a page costs no more than a look at so many batches, and yet all are found. */
    @Test
    void isFoundAmongVeryManyPageByPage() throws IOException {
        Stores own = new Stores();
        BatchId first = named(own, "the needle");
        own.jdbc().sql("""
                        insert into batch (id, workspace, name, priority, options)
                        select time_ordered_uuid(), workspace, 'hay ' || i, priority, options
                          from batch, generate_series(1, :more) i
                        """).param("more", 2 * Batches.REACH).update();
        BatchId last = named(own, "a Needle");
        Batches.Filter needle = new Batches.Filter(null, "needle", null);

        Page<Batch, BatchId> page = own.batches().list(Stores.WORKSPACE, needle, null, 3);
        assertThat(page.items()).extracting(Batch::id).containsExactly(last);
        List<BatchId> found = new ArrayList<>();
        int pages = 1;
        while (page.next() != null) {
            page = own.batches().list(Stores.WORKSPACE, needle, page.next(), 3);
            page.items().forEach(batch -> found.add(batch.id()));
            pages++;
        }
        assertThat(found).containsExactly(first);
        assertThat(pages).isEqualTo(3);
        Page<Batch, BatchId> hay = own.batches().list(Stores.WORKSPACE, new Batches.Filter(null, "hay", null), null, 3);
        assertThat(hay.items()).hasSize(3);
        assertThat(hay.next()).isEqualTo(hay.items().get(2).id());

        Page<Batch, BatchId> failed =
                own.batches().list(Stores.WORKSPACE, new Batches.Filter(BatchState.FAILED, null, null), null, 3);
        assertThat(failed.items()).isEmpty();
        assertThat(failed.next()).isNotNull();
    }

    private static BatchId named(Stores own, @Nullable String name, String... tags) throws IOException {
        return own.acceptance()
                .accept(
                        new NewBatch(
                                Stores.WORKSPACE,
                                name,
                                Priority.LOW,
                                Stores.OPTIONS,
                                List.of(tags),
                                NewBatch.Start.NOW),
                        List.of(Stores.document("fine")))
                .batch();
    }

    private static List<BatchId> found(Stores own, @Nullable String name, @Nullable String tag) {
        return own.batches().list(Stores.WORKSPACE, new Batches.Filter(null, name, tag), null, 3).items().stream()
                .map(Batch::id)
                .toList();
    }

    private static Batches.Filter in(BatchState state) {
        return new Batches.Filter(state, null, null);
    }

    @Test
    void isForgottenOnlyWhenItIsFinal() {
        Acceptance.Accepted batch = stores.accept("one");
        assertThat(stores.deletion().delete(Stores.WORKSPACE, batch.batch())).isFalse();
        stores.cancellation().cancel(Stores.WORKSPACE, batch.batch());

        assertThat(stores.deletion().delete(OTHER, batch.batch())).isFalse();
        assertThat(stores.deletion().delete(Stores.WORKSPACE, batch.batch())).isTrue();
        assertThat(stores.jobs().find(Stores.WORKSPACE, batch.queued().get(0))).isEmpty();
    }

    @Test
    void givesBackTheBytesOfEveryDocumentHoweverLong(@TempDir Path folder) throws IOException {
        String longText = "0123456789abcdef".repeat(200_000);
        Acceptance.Accepted batch = stores.accept(longText, "short", "x".repeat(Contents.PIECE));

        Path file = folder.resolve("document");
        stores.contents().copyTo(batch.queued().get(0), Long.MAX_VALUE, file);
        assertThat(file).hasContent(longText);
        stores.contents().copyTo(batch.queued().get(1), Long.MAX_VALUE, file);
        assertThat(file).hasContent("short");
        stores.contents().copyTo(batch.queued().get(2), Long.MAX_VALUE, file);
        assertThat(file).hasSize(Contents.PIECE);
        assertThat(Files.size(file)).isEqualTo(Contents.PIECE);
    }

    @Test
    void isNotAcceptedAtAllWhenOneDocumentCannotBeRead() {
        Stores own = new Stores();
        NewDocument broken = new NewDocument(
                null,
                "b",
                null,
                "text/plain",
                1,
                "",
                "{}",
                () -> {
                    throw new IOException("disk");
                },
                null);

        assertThatThrownBy(() -> own.acceptance()
                        .accept(
                                new NewBatch(
                                        Stores.WORKSPACE,
                                        null,
                                        Priority.LOW,
                                        Stores.OPTIONS,
                                        List.of(),
                                        NewBatch.Start.NOW),
                                List.of(Stores.document("fine"), broken)))
                .isInstanceOf(IOException.class);

        assertThat(own.batches()
                        .list(Stores.WORKSPACE, Batches.Filter.ANY, null, 10)
                        .items())
                .isEmpty();
    }

    @Test
    void acceptsMoreDocumentsThanFitIntoOneStatement() {
        String[] contents = new String[1201];
        java.util.Arrays.setAll(contents, i -> "document " + i);

        Acceptance.Accepted batch = stores.accept(contents);

        assertThat(batch.queued()).hasSize(1201).doesNotHaveDuplicates();
        assertThat(stores.batch(batch.batch()).counts().total()).isEqualTo(1201);
        assertThat(stores.backlog().queuedJobs(batch.batch())).containsExactlyElementsOf(batch.queued());
    }
}
