package io.mivaa.batch.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.testkit.Receiver;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WebhookApiTests extends RunningService {

    @Test
    void tellsTheWebhookOfABatchWhatBecameOfIt() {
        try (Receiver receiver = new Receiver()) {
            String batch = accepted(post(receiver.url()));
            JsonNode finished = api.finished(batch).json();
            Awaitility.await().until(() -> receiver.told().size() == 1);

            assertThat(finished.at("/options/webhookUrl").asString()).isEqualTo(receiver.url());
            assertThat(receiver.told().get(0).isSignedWith(Receiver.SECRET)).isTrue();
            JsonNode told = receiver.told().get(0).json();
            assertThat(told.path("type").asString()).isEqualTo("batch.finished");
            assertThat(told.at("/data/batchId").asString()).isEqualTo(batch);
            assertThat(told.at("/data/state").asString()).isEqualTo("SUCCEEDED");
            assertThat(told.at("/data/counts")).isEqualTo(finished.path("counts"));
            Awaitility.await()
                    .until(() -> api.get("/webhooks/deliveries?batchId=" + batch)
                            .text("/items/0/state")
                            .equals("DELIVERED"));

            String id = api.get("/webhooks/deliveries?batchId=" + batch + "&limit=1")
                    .text("/items/0/id");
            Api.Response replayed = api.act("/webhooks/deliveries/" + id + "/replay");

            assertThat(replayed.status()).isEqualTo(202);
            Awaitility.await().until(() -> receiver.told().size() == 2);
            assertThat(receiver.told().get(1).id())
                    .isEqualTo(id)
                    .isEqualTo(receiver.told().get(0).id());
            assertThat(receiver.told().get(1).body())
                    .isEqualTo(receiver.told().get(0).body());
        }
    }

    @Test
    void listsDeliveriesPageByPage() {
        try (Receiver receiver = new Receiver()) {
            for (int i = 0; i < 3; i++) {
                api.finished(accepted(post(receiver.url())));
            }
            Awaitility.await().until(() -> receiver.told().size() == 3);

            Api.Response first = api.get("/webhooks/deliveries?limit=2");
            Api.Response second = api.get("/webhooks/deliveries?limit=1&cursor=" + first.text("/nextCursor"));

            List<String> ids =
                    List.of(first.text("/items/0/id"), first.text("/items/1/id"), second.text("/items/0/id"));
            assertThat(ids).isSortedAccordingTo(Comparator.reverseOrder()).doesNotHaveDuplicates();
            assertThat(ids)
                    .containsExactlyInAnyOrderElementsOf(
                            receiver.told().stream().map(Receiver.Message::id).toList());
        }
    }

    @Test
    void refusesTargetsWithin() {
        for (String url :
                new String[] {"http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "nonsense"}) {
            invalid(post(url), "invalid-value", "/options/webhookUrl");
            invalid(post("/batches/estimate", url), "invalid-value", "/options/webhookUrl");
        }
        assertThat(post("/batches/estimate", "https://hooks.example/").status()).isEqualTo(200);
    }

    @Test
    void knowsNoDeliveryThatIsNotThere() {
        problem(api.act("/webhooks/deliveries/" + UUID.randomUUID() + "/replay"), 404, "delivery-not-found");
        invalid(api.get("/webhooks/deliveries?cursor=%21"), "invalid-cursor", "cursor");
        assertThat(api.get("/webhooks/deliveries?batchId=" + UUID.randomUUID())
                        .json()
                        .path("items"))
                .isEmpty();
    }

    private Api.Response post(String url) {
        return post("/batches", url);
    }

    private Api.Response post(String path, String url) {
        return api.post(
                path,
                "{\"options\": {\"webhookUrl\": \"" + url + "\"}, \"documents\": [" + document("d.txt", sentence())
                        + "]}");
    }
}
