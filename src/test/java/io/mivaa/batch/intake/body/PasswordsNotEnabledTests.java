package io.mivaa.batch.intake.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A service with a database that is not its own, and without a key. */
class PasswordsNotEnabledTests extends RunningService {

    private static final String WITH_PASSWORD =
            "{\"filename\": \"a.txt\", \"text\": \"Oak.\", \"password\": \"Fichte-0815\"}";

    @Autowired
    private JdbcClient jdbc;

    @Test
    void refusesADocumentThatBringsAPasswordAndTakesTheOthers() {
        String batch = accepted(api.post("/batches", batch(WITH_PASSWORD, document("b.txt", sentence()))));

        assertThat(api.finished(batch).text("/state")).isEqualTo("PARTIAL");
        assertThat(api.job(batch, 0).path("state").asString()).isEqualTo("DEAD");
        assertThat(api.job(batch, 0).at("/error/code").asString()).isEqualTo("passwords-not-enabled");
        assertThat(api.job(batch, 0).at("/error/message").asString()).contains("mivaa.secrets.key");
        assertThat(api.job(batch, 1).path("state").asString()).isEqualTo("SUCCEEDED");
        assertThat(new WholeDatabase(jdbc).placesOf("Fichte-0815")).isEmpty();
    }

    @Test
    void refusesABatchOfNothingElse() {
        Api.Response answer = problem(api.post("/batches", batch(WITH_PASSWORD)), 422, "all-documents-rejected");

        assertThat(answer.text("/errors/0/code")).isEqualTo("passwords-not-enabled");
        assertThat(answer.body()).doesNotContain("Fichte");
    }

    @Test
    void refusesFirstWhatIsHopelessAnyway() {
        Api.Response answer = api.post("/batches", batch(WITH_PASSWORD.replace("Oak.", "")));

        assertThat(answer.text("/errors/0/code")).isEqualTo("empty-document");
    }
}
