package io.mivaa.batch.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.testkit.Listening;
import io.mivaa.batch.testkit.Listening.Told;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a stream tells. */
class EventStreamTests extends EventStreams {

    @Test
    void tellsAWorkspaceEveryChangeAndTheObjectsOfTheApi() {
        try (Listening listening = listen("/events", null)) {
            Told snapshot = listening.first();
            String batch = gated(3);
            listening.await(finished(batch));

            assertThat(listening.response().statusCode()).isEqualTo(200);
            assertThat(listening.response().headers().firstValue("Content-Type"))
                    .contains("text/event-stream");
            assertThat(listening.response().headers().firstValue("Cache-Control"))
                    .contains("no-store");
            assertThat(listening.retry()).isEqualTo("2000");
            assertThat(snapshot.event()).isEqualTo("snapshot");
            assertThat(snapshot.data().path("queue").propertyNames())
                    .containsExactlyInAnyOrderElementsOf(
                            api.get("/queue").json().propertyNames());
            assertThat(snapshot.data().path("batches").isArray()).isTrue();
            List<Told> changes = of(batch, listening);
            assertThat(states(changes)).isEqualTo(recorded(batch));
            assertThat(changes).extracting(Told::id).doesNotContainNull().doesNotHaveDuplicates();
            Told last = changes.get(changes.size() - 1);
            assertThat(last.event()).isEqualTo("batch");
            assertThat(last.data()).isEqualTo(api.get("/batches/" + batch).json());
            assertThat(changes)
                    .filteredOn(told -> told.event().equals("job")
                            && told.data().path("state").asString().equals("SUCCEEDED"))
                    .hasSize(3)
                    .allSatisfy(told -> assertThat(told.data())
                            .isEqualTo(api.get("/jobs/" + told.data().path("id").asString())
                                    .json()));
        }
    }

    @Test
    void tellsAnEventWithTheStateOfItsTimeThoughTheJobHasGoneOn() {
        String position = positionNow();
        JsonNode job = deadJob();

        try (Listening listening = listen("/batches/" + job.path("batchId").asString() + "/events", position)) {
            listening.await(told -> told.event().equals("batch")
                    && told.data().path("state").asString().equals("FAILED"));

            List<JsonNode> states = listening.changes().stream()
                    .filter(told -> told.event().equals("job"))
                    .map(Told::data)
                    .toList();
            assertThat(states)
                    .extracting(data -> data.path("state").asString())
                    .containsExactly("QUEUED", "RUNNING", "DEAD");
            assertThat(states)
                    .extracting(data -> data.path("terminal").asBoolean())
                    .containsExactly(false, false, true);
            assertThat(states).extracting(data -> data.path("attempt").asInt()).containsExactly(0, 1, 1);
            assertThat(states)
                    .extracting(data -> data.path("error").path("code").asString(""))
                    .containsExactly("", "", "gate-broken");
            assertThat(states.get(0).path("startedAt").isNull()).isTrue();
            assertThat(states.get(1).path("stage").asString()).isEqualTo("PARSING");
            assertThat(states.get(1).path("finishedAt").isNull()).isTrue();
            assertThat(states.get(2))
                    .isEqualTo(api.get("/jobs/" + job.path("id").asString()).json());
            assertThat(listening.changes().stream()
                            .filter(told -> told.event().equals("batch"))
                            .map(told -> told.data().path("counts").path("dead").asInt()))
                    .containsExactly(0, 0, 1);
        }
    }

    @Test
    void tellsABatchAloneItsOwnBeginningWithASnapshot() {
        gate.shut();
        String other = gated(1);
        String batch = gated(1);

        try (Listening listening = listen("/batches/" + batch + "/events", null)) {
            assertThat(listening.first().event()).isEqualTo("snapshot");
            assertThat(listening.first().data().propertyNames())
                    .containsExactlyInAnyOrderElementsOf(
                            api.get("/batches/" + batch).json().propertyNames());
            assertThat(listening.first().data().path("id").asString()).isEqualTo(batch);
            gate.open();
            api.finished(other);
            listening.await(finished(batch));

            assertThat(listening.changes())
                    .allSatisfy(told -> assertThat(batchOf(told)).isEqualTo(batch));
            assertThat(states(listening.changes())).isSubsetOf(recorded(batch));
        }
    }

    @Test
    void tellsProgressSeldomAndWithoutAnId() {
        try (Listening listening = listen("/events", null)) {
            listening.first();
            long begun = System.nanoTime();
            String batch = gated(8);
            Predicate<Told> isProgress = told -> told.event().equals("progress")
                    && told.data().path("batchId").asString().equals(batch);
            listening.await(
                    isProgress.and(told -> told.data().path("state").asString().equals("SUCCEEDED")));

            List<Told> progress = listening.events().stream().filter(isProgress).toList();
            assertThat(progress).extracting(Told::id).containsOnlyNulls();
            assertThat(progress.get(0).data().propertyNames()).contains("batchId", "state", "counts", "progress");
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(progress).hasSizeLessThanOrEqualTo((int) (took.toMillis() / 250) + 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "1~2", "zzzzzzzzzz", "'--"})
    void beginsWithASnapshotWhenItDoesNotKnowTheId(String id) {
        try (Listening listening = listen("/events", id)) {
            assertThat(listening.first().event()).isEqualTo("snapshot");
        }
    }

    @Test
    void goesOnAfterASnapshotWithoutASecondOne() {
        String position = positionNow();
        String batch = gated(1);

        try (Listening listening = listen("/events", position)) {
            listening.await(finished(batch));

            assertThat(listening.events()).extracting(Told::event).doesNotContain("snapshot");
            assertThat(states(of(batch, listening))).isEqualTo(recorded(batch));
        }
    }

    @Test
    void tellsAWorkspaceNothingOfAnother() {
        UUID foreign = UUID.randomUUID();
        try (Listening listening = listen("/events", null)) {
            listening.first();
            jdbc.sql("""
                            insert into batch (id, workspace, priority, options)
                            values (:id, 'somebody-else', 'NORMAL', (select options from batch limit 1))
                            """).param("id", foreign).update();
            String batch = gated(1);
            listening.await(finished(batch));

            assertThat(jdbc.sql("select count(*) from event where batch_id = :id")
                            .param("id", foreign)
                            .query(Integer.class)
                            .single())
                    .isEqualTo(1);
            assertThat(listening.events())
                    .noneSatisfy(told -> assertThat(told.text()).contains(foreign.toString()));
            problem(api.get("/batches/" + foreign + "/events"), 404, "batch-not-found");
        } finally {
            jdbc.sql("delete from batch where id = :id").param("id", foreign).update();
        }
    }

    @Test
    void knowsNoStreamOfABatchThatIsNotThere() {
        problem(api.get("/batches/" + UUID.randomUUID() + "/events"), 404, "batch-not-found");
        problem(api.get("/batches/nonsense/events"), 404, "not-found");
        problem(
                api.get("/batches/" + UUID.randomUUID() + "/events", "Last-Event-ID", positionNow()),
                404,
                "batch-not-found");
    }

    @Test
    void endsTheStreamOfABatchThatIsDeleted() {
        String batch = gated(1);
        api.finished(batch);
        try (Listening listening = listen("/batches/" + batch + "/events", null)) {
            listening.first();

            api.delete("/batches/" + batch);

            Awaitility.await().until(listening::hasEnded);
        }
    }

    private static String batchOf(Told told) {
        return told.data().path(told.event().equals("job") ? "batchId" : "id").asString();
    }

    private static List<Told> of(String batch, Listening listening) {
        return listening.changes().stream()
                .filter(told -> batchOf(told).equals(batch))
                .toList();
    }

    private static List<String> states(List<Told> told) {
        return told.stream()
                .map(each -> each.data().path("id").asString() + " "
                        + each.data().path("state").asString())
                .toList();
    }
}
