package io.mivaa.batch.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The same request, sent again because nobody knows whether it arrived. */
class IdempotencyTests extends RunningService {

    private String key = "";

    @Autowired
    private JdbcClient jdbc;

    @BeforeEach
    void chooseAKey() {
        key = UUID.randomUUID().toString();
    }

    @Test
    void answersTheSameRequestWithTheSameBatch() {
        String body = batch(document("a.txt", sentence()));
        Api.Response first = post(body);
        api.finished(accepted(first));

        Api.Response second = post(body);

        assertThat(second.status()).isEqualTo(202);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.header("Content-Type")).startsWith(Api.JSON);
        assertThat(post(" " + body).header("Idempotency-Replayed")).isEqualTo("true");
    }

    @Test
    void refusesAnotherRequestWithTheSameKey() {
        String body =
                batch("{\"filename\": \"a.txt\", \"text\": \"A\", \"externalId\": \"x\", \"metadata\": {\"n\": 1}}");
        accepted(post(body));

        for (String other : List.of(
                body.replace("\"A\"", "\"B\""),
                body.replace("a.txt", "b.txt"),
                body.replace("\"x\"", "\"y\""),
                body.replace("1", "2"),
                "{\"name\": \"n\", " + body.substring(1))) {
            problem(post(other), 422, "idempotency-key-reused");
        }
    }

    @Test
    void takesOtherKeysForOtherRequests() {
        String body = batch(document("a.txt", sentence()));
        String first = accepted(post(body));
        chooseAKey();

        assertThat(accepted(post(body))).isNotEqualTo(first);
    }

    @Test
    void forgetsTheKeyOfARequestThatWasRefused() {
        problem(post("{\"documents\": []}"), 400, "empty-batch");
        problem(post(batch(document("a.txt", ""))), 422, "all-documents-rejected");

        Api.Response answer = post(batch(document("a.txt", sentence())));

        accepted(answer);
        assertThat(answer.header("Idempotency-Replayed")).isEmpty();
    }

    @Test
    void acceptsOneBatchForManyRequestsAtOnce() throws Exception {
        String name = "at-once-" + key;
        String body = "{\"name\": \"" + name + "\", "
                + batch(document("a.txt", sentence())).substring(1);
        ExecutorService clients = Executors.newFixedThreadPool(50);
        try {
            List<Future<Api.Response>> answers = IntStream.range(0, 50)
                    .mapToObj(i -> clients.submit(() -> post(body)))
                    .toList();
            for (Future<Api.Response> future : answers) {
                Api.Response answer = future.get();
                if (answer.status() != 202) {
                    problem(answer, 409, "idempotency-in-flight");
                }
            }
            assertThat(answers)
                    .anySatisfy(answer -> assertThat(answer.get().status()).isEqualTo(202));
        } finally {
            clients.shutdownNow();
        }

        assertThat(jdbc.sql("select count(*) from batch where name = ?")
                        .param(name)
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    private Api.Response post(String body) {
        return api.send(api.request("/batches")
                .header("Content-Type", Api.JSON)
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }
}
