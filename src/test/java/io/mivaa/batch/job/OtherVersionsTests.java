package io.mivaa.batch.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.http.StrictJson;
import io.mivaa.batch.job.acceptance.Acceptance.Accepted;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.job.claim.Claims;
import io.mivaa.batch.job.reading.Batches;
import io.mivaa.batch.testkit.Stores;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Two versions of the service on one database: what another one has written is read, as strictly as requests are. */
class OtherVersionsTests {

    private static final JsonMapper STRICT =
            StrictJson.apply(JsonMapper.builder()).build();

    private final Stores stores = new Stores();
    private final Claims claims = new Claims(stores.jdbc(), STRICT, contents -> Map.of());
    private final Batches batches = new Batches(stores.jdbc(), STRICT);

    @Test
    void claimsAJobThatHasOptionsOfANewerVersion() {
        Accepted newer = stores.accept("a");
        rewriteOptions(newer, """
                        jsonb_set(jsonb_set(options, '{chunking,byHeading}', 'true'), '{embedding,dimensions}', '512')
                        || '{"ocr": {"languages": ["de"]}}'
                        """);
        Accepted own = stores.accept("b");
        List<JobId> jobs = List.of(newer.queued().get(0), own.queued().get(0));

        List<Claim> claimed = claims.take(jobs, stores.instance(), Claims.ANY_CRASHES);

        assertThat(claimed).extracting(Claim::job).containsExactlyElementsOf(jobs);
        assertThat(claimed).extracting(Claim::options).containsOnly(Stores.OPTIONS);
    }

    @Test
    void tellsTheStatusOfABatchThatHasOptionsOfANewerVersion() {
        Accepted newer = stores.accept("a");
        rewriteOptions(newer, "options || '{\"ocr\": true}'");

        assertThat(batches.find(Stores.WORKSPACE, newer.batch()).orElseThrow().options())
                .isEqualTo(Stores.OPTIONS);
    }

    /** Changing this text means that batches of the first version are not read any more. */
    @Test
    void claimsAJobThatHasTheOptionsOfTheFirstVersion() {
        Accepted first = stores.accept("a");
        rewriteOptions(first, """
                        '{"chunking": {"strategy": "structure", "maxTokens": 160, "overlapTokens": 0, "minTokens": 40},
                          "embedding": {"provider": "onnx", "model": "all-minilm-l6-v2-q"},
                          "maxAttempts": 3}'::jsonb
                        """);

        assertThat(claims.take(first.queued(), stores.instance(), Claims.ANY_CRASHES))
                .extracting(Claim::options)
                .containsExactly(Stores.OPTIONS);
    }

    private void rewriteOptions(Accepted batch, String expression) {
        stores.jdbc()
                .sql("update batch set options = " + expression + " where id = :id")
                .param("id", batch.batch().value())
                .update();
    }
}
