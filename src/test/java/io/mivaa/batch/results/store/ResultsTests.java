package io.mivaa.batch.results.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.DocumentId;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.results.OnPostgres;
import io.mivaa.batch.results.Sheet;
import io.mivaa.batch.results.reading.Documents;
import io.mivaa.batch.results.reading.Documents.Document;
import io.mivaa.batch.results.reading.StoredResults;
import io.mivaa.batch.testkit.Stores;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.IllegalTransactionStateException;

class ResultsTests extends OnPostgres {

    /** Not the common pool: on two processors it has one thread on JDK 25, and these tests need two at a time. */
    private static final Executor THREADS = task -> new Thread(task, "results-tests").start();

    private static final Workspace STRANGER = new Workspace("stranger");

    @Autowired
    private Documents documents;

    @Autowired
    private StoredResults stored;

    @Test
    void keepsChunksInOrderWithTheirVectors() throws Exception {
        String[] texts =
                IntStream.range(0, 450).mapToObj(i -> "chunk number " + i).toArray(String[]::new);
        RagDocument document = Sheet.of(texts);

        UUID result = succeed(submit("a", "a.txt"), document);

        var first = stored.chunks(result, -1, true);
        var last = stored.chunks(result, 399, true);
        assertThat(first.get(0).text()).isEqualTo("chunk number 0");
        assertThat(last).hasSize(50);
        var embedding = Objects.requireNonNull(last.get(49).embedding());
        float[] vector = new float[embedding.remaining()];
        embedding.get(vector);
        assertThat(vector).isEqualTo(document.vectors().get(449));
        assertThat(count("chunk")).isEqualTo(450);
    }

    @Test
    void storesOnlyInTheWorkersTransaction() throws Exception {
        Claim claim = submit("a", "a.txt");

        assertThatThrownBy(() -> results.store(List.of(new NewResult(claim, Sheet.of("text"), FINGERPRINT))))
                .isInstanceOf(IllegalTransactionStateException.class);
        assertThatThrownBy(() -> results.findReusable(List.of(UUID.randomUUID())))
                .isInstanceOf(IllegalTransactionStateException.class);
    }

    @Test
    void refusesVectorsThatAreNotAsWideAsTheModel() throws Exception {
        Claim claim = submit("a", "a.txt");
        RagDocument good = Sheet.of("one", "two");
        List<float[]> vectors = new ArrayList<>(good.vectors());
        vectors.set(1, new float[3]);
        RagDocument bad = new RagDocument(
                good.title(),
                good.language(),
                good.text(),
                good.blocks(),
                good.pages(),
                good.metadata(),
                good.headings(),
                good.tables(),
                good.figures(),
                good.chunks(),
                vectors,
                good.model(),
                good.quality());

        assertThatThrownBy(() -> succeed(claim, bad)).isInstanceOf(IllegalArgumentException.class);
        assertThat(count("result")).isZero();
    }

    @Test
    void anotherVersionOfADocumentTakesItsPlaceUnderTheSameId() throws Exception {
        succeeded("a", "v1.txt", "old");
        Document old = only();

        succeeded("a", "v2.txt", "new");

        assertThat(only().id()).isEqualTo(old.id());
        assertThat(only().filename()).isEqualTo("v2.txt");
        assertThat(only().createdAt()).isEqualTo(old.createdAt());
        assertThat(only().updatedAt()).isAfter(old.updatedAt());
    }

    @Test
    void aJobThatWasAcceptedEarlierDoesNotTakeTheDocumentBack() throws Exception {
        Claim earlier = submit("a", "v1.txt");
        succeeded("a", "v2.txt", "new");

        succeed(earlier, Sheet.of("old"));

        assertThat(only().filename()).isEqualTo("v2.txt");
    }

    @Test
    void withoutAnExternalIdADocumentIsKnownByItsBytes() throws Exception {
        succeeded(null, "same.txt", "text");
        reuse(submit(null, "same.txt"));
        succeeded(null, "else.txt", "text");

        assertThat(documents.list(WORKSPACE, null, 10))
                .extracting(Document::filename)
                .containsExactly("else.txt", "same.txt");
    }

    @Test
    void reusesWhatTheSameBytesAndSettingsGaveInTheSameWorkspaceOnly() throws Exception {
        UUID result = succeed(submit("a", "same.txt"), Sheet.of("one", "two"));
        Claim again = submit("b", "same.txt");
        Claim other = submit("c", "else.txt");
        Claim stranger = submit(STRANGER, List.of(), upload("a", "same.txt")).get(0);

        assertThat(reusable(again, FINGERPRINT)).contains(new Results.Reusable(result, 2, 2));
        assertThat(reusable(again, "0".repeat(64))).isEmpty();
        assertThat(reusable(other, FINGERPRINT)).isEmpty();
        assertThat(reusable(stranger, FINGERPRINT)).isEmpty();
    }

    @Test
    void aReusedResultOutlivesTheBatchThatMadeIt() throws Exception {
        BatchId first = succeeded("a", "same.txt", "one", "two");
        Claim second = submit("b", "same.txt");
        reuse(second);

        assertThat(results.forgetBatch(WORKSPACE, first)).isTrue();

        assertThat(only().externalId()).isEqualTo("b");
        assertThat(getJson("/jobs/" + second.job() + "/result").get("chunks")).hasSize(2);
        assertThat(results.forgetBatch(WORKSPACE, second.batch())).isTrue();
        assertThat(count("result")).isZero();
        assertThat(count("chunk")).isZero();
    }

    @Test
    void aResultThatIsBeingReusedOutlivesTheBatchThatIsBeingForgotten() throws Exception {
        BatchId first = succeeded("a", "same.txt", "text");
        Claim second = submit("a", "same.txt");
        CountDownLatch locked = new CountDownLatch(1);
        CountDownLatch settle = new CountDownLatch(1);

        var worker = CompletableFuture.runAsync(
                () -> transaction.executeWithoutResult(status -> {
                    var found = findReusable(second);
                    locked.countDown();
                    awaitUninterrupted(settle);
                    settle(second, found.result(), true, found.chunks());
                }),
                THREADS);
        awaitUninterrupted(locked);
        var forgetting = CompletableFuture.supplyAsync(() -> results.forgetBatch(WORKSPACE, first), THREADS);
        await().until(this::somebodyWaitsForALock);
        settle.countDown();

        worker.get(10, TimeUnit.SECONDS);
        assertThat(forgetting.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(only().jobId()).isEqualTo(second.job().value());
        assertThat(count("result")).isEqualTo(1);
    }

    @Test
    void aDocumentFallsBackToItsNewestRemainingVersion() throws Exception {
        succeeded("a", "v1.txt", "one");
        succeeded("a", "v2.txt", "two");
        BatchId newest = succeeded("a", "v3.txt", "three");
        UUID id = only().id();

        results.forgetBatch(WORKSPACE, newest);

        assertThat(only().id()).isEqualTo(id);
        assertThat(only().filename()).isEqualTo("v2.txt");
        assertThat(count("result")).isEqualTo(2);
    }

    @Test
    void forgettingAnOldVersionLeavesTheDocumentAsItIs() throws Exception {
        BatchId old = succeeded("a", "v1.txt", "one");
        succeeded("a", "v2.txt", "two");
        Document before = only();

        results.forgetBatch(WORKSPACE, old);

        assertThat(only()).isEqualTo(before);
        assertThat(count("result")).isEqualTo(1);
    }

    @Test
    void aDocumentGoesWithItsLastVersion() throws Exception {
        BatchId batch = succeeded("a", "a.txt", "one");

        assertThat(results.forgetBatch(WORKSPACE, batch)).isTrue();

        assertThat(List.of(count("document"), count("result"), count("chunk"), count("job"), count("batch")))
                .containsOnly(0);
    }

    @Test
    void versionsWithinTheForgottenBatchAreNoFallBack() throws Exception {
        List<Claim> claims = submit(WORKSPACE, List.of(), upload("a", "v1.txt"), upload("a", "v2.txt"));
        claims.forEach(claim -> succeed(claim, Sheet.of(claim.filename())));

        results.forgetBatch(WORKSPACE, claims.get(0).batch());

        assertThat(count("document")).isZero();
    }

    @Test
    void doesNotForgetABatchThatRunsOrIsUnknownOrSomebodyElses() throws Exception {
        List<Claim> claims = submit(WORKSPACE, List.of(), upload("a", "a.txt"), upload("b", "b.txt"));
        BatchId batch = claims.get(0).batch();
        succeed(claims.get(0), Sheet.of("text"));
        BatchId complete = succeeded("c", "c.txt", "text");

        assertThat(results.forgetBatch(WORKSPACE, batch)).isFalse();
        assertThat(results.forgetBatch(WORKSPACE, BatchId.create())).isFalse();
        assertThat(results.forgetBatch(STRANGER, complete)).isFalse();
        assertThat(count("document")).isEqualTo(2);
        assertThat(count("result")).isEqualTo(2);
    }

    @Test
    void twoBatchesOfTheSameDocumentsCanBeForgottenAtOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            BatchId one = crossed("v1.txt", "a", "b");
            BatchId two = crossed("v2.txt", "b", "a");

            var first = CompletableFuture.supplyAsync(() -> results.forgetBatch(WORKSPACE, one), THREADS);
            var second = CompletableFuture.supplyAsync(() -> results.forgetBatch(WORKSPACE, two), THREADS);

            assertThat(first.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(second.get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(count("document")).isZero();
        }
    }

    @Test
    void aForgottenDocumentIsGoneButItsResultStaysUnderTheSameId() throws Exception {
        Claim claim = submit("a", "a.txt");
        succeed(claim, Sheet.of("text"));
        UUID id = only().id();

        assertThat(delete("/documents/" + id).statusCode()).isEqualTo(204);

        assertThat(get("/documents/" + id).statusCode()).isEqualTo(404);
        assertThat(delete("/documents/" + id).statusCode()).isEqualTo(404);
        assertThat(getJson("/documents").get("items")).isEmpty();
        assertThat(getJson("/jobs/" + claim.job() + "/result").get("id").asString())
                .isEqualTo(id.toString());
        results.forgetBatch(WORKSPACE, claim.batch());
        assertThat(count("document")).isZero();
    }

    @Test
    void onlyAJobThatWasAcceptedLaterBringsAForgottenDocumentBack() throws Exception {
        Claim earlier = submit("a", "v1.txt");
        succeeded("a", "v2.txt", "two");
        UUID id = only().id();
        documents.forget(WORKSPACE, new DocumentId(id));

        succeed(earlier, Sheet.of("one"));
        assertThat(documents.list(WORKSPACE, null, 10)).isEmpty();

        succeeded("a", "v3.txt", "three");
        assertThat(only().id()).isEqualTo(id);
    }

    /** Two documents, of which the one named first is forgotten with the batch that holds its newer version. */
    private BatchId crossed(String filename, String first, String second) throws Exception {
        List<Claim> claims = submit(WORKSPACE, List.of(), upload(first, filename), upload(second, filename + "x"));
        claims.forEach(claim -> succeed(claim, Sheet.of(claim.filename())));
        return claims.get(0).batch();
    }

    private Document only() {
        List<Document> all = documents.list(WORKSPACE, null, 10);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private Optional<Results.Reusable> reusable(Claim claim, String fingerprint) {
        return Optional.ofNullable(claim.known().get(fingerprint)).flatMap(this::findReusable);
    }

    private Optional<Results.Reusable> findReusable(UUID known) {
        return transaction.execute(status ->
                Optional.ofNullable(results.findReusable(List.of(known)).get(known)));
    }

    private boolean somebodyWaitsForALock() {
        return Stores.somebodyWaitsForALock(jdbc);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
