package io.mivaa.batch.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.job.Failure;
import io.mivaa.batch.job.FailureClass;
import io.mivaa.batch.job.JobStage;
import io.mivaa.batch.job.Priority;
import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.acceptance.NewBatch;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.job.control.DeadLetters;
import io.mivaa.batch.testkit.Stores;
import io.mivaa.batch.webhook.Deliveries.Outcome;
import io.mivaa.batch.webhook.Deliveries.Try;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DeliveriesTests {

    static final Stores stores = new Stores();
    private static final Deliveries deliveries = new Deliveries(stores.jdbc());
    private static final Duration LEASE = Duration.ofMinutes(1);

    @AfterEach
    void forget() {
        stores.jdbc().sql("delete from webhook_delivery").update();
    }

    @Test
    void areWrittenWhenAJobDiesAndWhenTheBatchHasFinished() {
        Accepted batch = accept("https://Example.com:8443/hook?x", Stores.document("one"), Stores.document("two"));
        stores.succeed(stores.claim(batch.queued().get(0)));
        assertThat(deliveries.list(Stores.WORKSPACE, batch.batch(), null, 10)).isEmpty();

        bury(batch, 1);

        List<Delivery> written = deliveries.list(Stores.WORKSPACE, batch.batch(), null, 10);
        assertThat(written).extracting(Delivery::type).containsExactlyInAnyOrder("job.dead", "batch.finished");
        assertThat(written).extracting(Delivery::target).containsOnly("https://example.com:8443");
        assertThat(written).allSatisfy(each -> assertThat(each.id().version()).isEqualTo(7));
        JsonNode dead = payload(written, "job.dead");
        assertThat(dead.at("/data/jobId").asString())
                .isEqualTo(batch.queued().get(1).toString());
        assertThat(dead.at("/data/batchId").asString()).isEqualTo(batch.batch().toString());
        assertThat(dead.at("/data/filename").asString()).isEqualTo("note.txt");
        assertThat(dead.at("/data/error/code").asString()).isEqualTo("no-text");
        assertThat(dead.at("/timestamp").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
        JsonNode finished = payload(written, "batch.finished");
        assertThat(finished.at("/data/state").asString()).isEqualTo("PARTIAL");
        assertThat(finished.at("/data/counts/succeeded").asInt()).isEqualTo(1);
        assertThat(finished.at("/data/counts/total").asInt()).isEqualTo(2);
        assertThat(finished.propertyNames()).containsExactly("type", "timestamp", "data");
    }

    @Test
    void areWrittenOnceForACancelledBatchWithItsTrueState() {
        Accepted batch = accept("https://example.com/", Stores.document("one"), Stores.document("two"));
        stores.succeed(stores.claim(batch.queued().get(0)));

        stores.cancellation().cancel(Stores.WORKSPACE, batch.batch());

        assertThat(deliveries.list(Stores.WORKSPACE, batch.batch(), null, 10))
                .singleElement()
                .satisfies(each -> assertThat(each.payload()).contains("\"state\" : \"CANCELLED\""));
    }

    @Test
    void areWrittenAnewWhenAReplayHasFinished() {
        Accepted batch = accept("https://example.com/", Stores.document("one"));
        bury(batch, 0);

        stores.deadLetters().replay(Stores.WORKSPACE, DeadLetters.Filter.ofBatch(batch.batch()), 1);
        stores.succeed(stores.claim(batch.queued().get(0)));

        assertThat(deliveries.list(Stores.WORKSPACE, batch.batch(), null, 10).stream()
                        .filter(each -> each.type().equals("batch.finished"))
                        .map(each -> JsonMapper.shared()
                                .readTree(each.payload())
                                .at("/data/state")
                                .asString()))
                .containsExactly("SUCCEEDED", "FAILED");
    }

    @Test
    void areWrittenForADocumentThatIsRefusedAtTheDoor() {
        Accepted batch = accept(
                "https://example.com/",
                Stores.document("one"),
                Stores.document(null, "", Failure.invalidInput("empty-document", "It is empty.")));

        assertThat(deliveries.list(Stores.WORKSPACE, batch.batch(), null, 10))
                .extracting(Delivery::type)
                .containsExactly("job.dead");
    }

    @Test
    void areNotWrittenWithoutAWebhookNorForWhatIsRolledBack() {
        Accepted without = accept(null, Stores.document("one"));
        bury(without, 0);
        Accepted with = accept("https://example.com/", Stores.document("one"));
        assertThatThrownBy(() -> stores.transactions().executeWithoutResult(status -> {
                    bury(with, 0);
                    throw new IllegalStateException("never mind");
                }))
                .hasMessage("never mind");

        assertThat(deliveries.list(Stores.WORKSPACE, null, null, 10)).isEmpty();
    }

    @Test
    void stayThinWhateverAJobSays() {
        Accepted batch = accept("https://example.com/", Stores.document("one"));
        stores.settling()
                .bury(
                        stores.claim(batch.queued().get(0)),
                        new Failure(FailureClass.INTERNAL, "internal", "\u0001".repeat(100_000)),
                        JobStage.PARSING,
                        Map.of());

        assertThat(deliveries.list(Stores.WORKSPACE, batch.batch(), null, 10))
                .allSatisfy(each -> assertThat(each.payload()).hasSizeLessThan(20_000));
    }

    @Test
    void areTakenByOneAndByAnotherWhenThatOneIsDead() {
        bury(accept("https://example.com/", Stores.document("one")), 0);
        List<Try> taken = deliveries.take(10, 10, List.of(), LEASE);
        assertThat(taken).hasSize(2);
        assertThat(deliveries.take(10, 10, List.of(), LEASE)).isEmpty();
        stores.jdbc().sql("update webhook_delivery set due_at = now()").update();

        List<Try> again = deliveries.take(10, 10, List.of(), LEASE);

        assertThat(again)
                .hasSize(2)
                .allSatisfy(each -> assertThat(each.delivery().tries()).isEqualTo(2));
        // The first one is not dead after all.
        assertThat(deliveries.settle(taken.get(0).delivery(), new Outcome(true, null, 204, null)))
                .isFalse();
        assertThat(deliveries.settle(again.get(0).delivery(), new Outcome(true, null, 204, null)))
                .isTrue();
    }

    @Test
    void areTakenInTurnsSoThatOneTargetLeavesRoomForTheOthers() {
        for (int i = 0; i < 5; i++) {
            bury(accept("https://slow.example/", Stores.document("one")), 0);
        }
        bury(accept("https://quick.example/", Stores.document("one")), 0);

        assertThat(deliveries.take(4, 2, List.of(), LEASE))
                .extracting(each -> each.delivery().target())
                .containsExactlyInAnyOrder(
                        "https://slow.example",
                        "https://slow.example",
                        "https://quick.example",
                        "https://quick.example");
        assertThat(deliveries.take(4, 2, List.of("https://slow.example"), LEASE))
                .isEmpty();
    }

    @Test
    void areListedPageByPageNewestFirstAndByBatch() {
        for (int i = 0; i < 2; i++) {
            bury(accept("https://example.com/", Stores.document("one")), 0);
        }
        List<Delivery> all = deliveries.list(Stores.WORKSPACE, null, null, 10);

        assertThat(all).hasSize(4);
        assertThat(deliveries.list(Stores.WORKSPACE, null, null, 2)).isEqualTo(all.subList(0, 2));
        assertThat(deliveries.list(Stores.WORKSPACE, null, all.get(1).id(), 10)).isEqualTo(all.subList(2, 4));
        assertThat(deliveries.list(Stores.WORKSPACE, all.get(0).batch(), null, 10))
                .isEqualTo(all.subList(0, 2));
    }

    @Test
    void areNobodyElses() {
        Accepted batch = accept("https://example.com/", Stores.document("one"));
        bury(batch, 0);
        Workspace other = new Workspace("other");
        UUID id = deliveries.list(Stores.WORKSPACE, null, null, 10).get(0).id();

        assertThat(deliveries.list(other, null, null, 10)).isEmpty();
        assertThat(deliveries.list(other, batch.batch(), null, 10)).isEmpty();
        assertThat(deliveries.replay(other, id)).isEmpty();
        assertThat(deliveries.replay(Stores.WORKSPACE, id)).isPresent();
    }

    @Test
    void areForgottenByAgeWhenTheyHaveEnded() throws IOException {
        bury(accept("https://example.com/", Stores.document("one")), 0);
        Try taken = deliveries.take(1, 1, List.of(), LEASE).get(0);
        deliveries.settle(taken.delivery(), new Outcome(true, null, 204, null));
        stores.jdbc()
                .sql("update webhook_delivery set created_at = now() - interval '9 days',"
                        + " ended_at = ended_at - interval '9 days'")
                .update();

        assertThat(new ExpiredDeliveries(stores.jdbc())
                        .olderThan(Duration.ofDays(1))
                        .removeNext(500)
                        .removed())
                .isEqualTo(1);
        assertThat(deliveries.list(Stores.WORKSPACE, null, null, 10)).hasSize(1);
    }

    static Accepted accept(@Nullable String url, NewDocument... documents) {
        var options = new io.mivaa.batch.job.BatchOptions(
                Stores.OPTIONS.chunking(), Stores.OPTIONS.embedding(), Stores.OPTIONS.maxAttempts(), null, url);
        try {
            return stores.acceptance()
                    .accept(
                            new NewBatch(
                                    Stores.WORKSPACE, "named", Priority.NORMAL, options, List.of(), NewBatch.Start.NOW),
                            Arrays.asList(documents));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static void bury(Accepted batch, int which) {
        stores.settling()
                .bury(
                        stores.claim(batch.queued().get(which)),
                        Failure.invalidInput("no-text", "There is no text."),
                        JobStage.PARSING,
                        Map.of());
    }

    private static JsonNode payload(List<Delivery> written, String type) {
        return JsonMapper.shared()
                .readTree(written.stream()
                        .filter(each -> each.type().equals(type))
                        .findFirst()
                        .orElseThrow()
                        .payload());
    }
}
