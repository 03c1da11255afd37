package io.mivaa.batch.intake.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.Form;
import io.mivaa.batch.intake.Pdfs;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.intake.archive.ArchiveTests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Documents that cannot succeed: each ends alone, and says why. */
class BadDocumentTests extends RunningService {

    private static final byte[] PROGRAM = {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    @Test
    void endsEveryBadDocumentWithItsReasonAndTheGoodOnesWithSuccess() throws IOException {
        String batch = accepted(api.post(new Form()
                .file("good.txt", sentence())
                .file("empty.txt", "")
                .file("blank.txt", " \n \n")
                .file("large.txt", "x".repeat(65 * 1024))
                .file("program.pdf", null, PROGRAM)
                .file("truncated.pdf", "application/pdf", Pdfs.truncated())
                .file("encrypted.pdf", "application/pdf", Pdfs.encrypted())
                .file("picture.pdf", "application/pdf", Pdfs.withoutText())
                .file("good.pdf", "application/pdf", Pdfs.of("Granite is a hard stone.", "It is heavy."))));

        Api.Response end = api.finished(batch);

        assertThat(end.text("/state")).isEqualTo("PARTIAL");
        assertThat(outcomes(batch))
                .containsEntry("good.txt", "SUCCEEDED")
                .containsEntry("good.pdf", "SUCCEEDED")
                .containsEntry("empty.txt", "INVALID_INPUT empty-document")
                .containsEntry("large.txt", "INVALID_INPUT document-too-large")
                .containsEntry("program.pdf", "INVALID_INPUT unsupported-format")
                .hasEntrySatisfying("blank.txt", outcome -> assertThat(outcome).startsWith("INVALID_INPUT"))
                .hasEntrySatisfying(
                        "truncated.pdf", outcome -> assertThat(outcome).startsWith("INVALID_INPUT"))
                .hasEntrySatisfying(
                        "encrypted.pdf", outcome -> assertThat(outcome).isEqualTo("INVALID_INPUT encrypted-document"))
                .hasEntrySatisfying(
                        "picture.pdf", outcome -> assertThat(outcome).startsWith("INVALID_INPUT"))
                .hasSize(9);
        assertThat(end.json().at("/counts/dead").asInt()).isEqualTo(7);
        assertThat(end.json().at("/progress/percent").asDouble()).isEqualTo(100);
    }

    @Test
    void listsWhatFailedOneALine() throws IOException {
        String batch = accepted(api.post(new Form()
                .file("good.txt", sentence())
                .file("empty.txt", "")
                .file("encrypted.pdf", "application/pdf", Pdfs.encrypted())));
        api.finished(batch);

        Api.Response errors = api.get("/batches/" + batch + "/errors");

        assertThat(errors.header("Content-Type")).startsWith(Api.NDJSON);
        assertThat(errors.body().lines().map(RunningService::read))
                .satisfiesExactly(
                        line -> {
                            assertThat(line.path("filename").asString()).isEqualTo("empty.txt");
                            assertThat(line.at("/error/code").asString()).isEqualTo("empty-document");
                            assertThat(line.path("attempts").asInt()).isZero();
                        },
                        line -> {
                            assertThat(line.path("filename").asString()).isEqualTo("encrypted.pdf");
                            assertThat(line.at("/error/class").asString()).isEqualTo("INVALID_INPUT");
                            assertThat(line.at("/error/message").asString()).endsWith(".");
                            assertThat(line.path("attempts").asInt()).isEqualTo(1);
                        });
    }

    @Test
    void refusesTheRequestWhenNothingIsLeft() {
        Api.Response answer = api.post(new Form().file("empty.txt", "").file("program", null, PROGRAM));

        problem(answer, 422, "all-documents-rejected");
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/documents/0");
        assertThat(answer.text("/errors/0/code")).isEqualTo("empty-document");
        assertThat(answer.text("/errors/1/code")).isEqualTo("unsupported-format");
    }

    @Test
    void refusesTheBatchForOneDocumentWhenAskedTo() {
        String body = "{\"options\": {\"onInvalid\": \"reject\"}, \"documents\": [" + document("a.txt", "A") + ","
                + document("b.txt", "") + "]}";

        Api.Response answer = api.post("/batches", body);

        problem(answer, 422, "document-rejected");
        assertThat(answer.text("/errors/0/pointer")).isEqualTo("/documents/1");
    }

    @Test
    void acceptsABatchWithoutInvalidDocumentsWhenAskedToRejectThem() {
        String body = "{\"options\": {\"onInvalid\": \"reject\"}, \"documents\": [" + document("a.txt", "A") + "]}";

        accepted(api.post("/batches", body));
    }

    @Test
    void keepsTheListOfReasonsShort() {
        String empty = (document("a.txt", "") + "\n").repeat(101);

        Api.Response answer = problem(api.post("/batches", Api.NDJSON, empty), 422, "all-documents-rejected");

        assertThat(answer.json().path("errors").size()).isEqualTo(100);
    }

    @Test
    void endsOneLargeDocumentOfAJsonBatchAlone() {
        String batch = accepted(api.post(
                "/batches",
                batch(
                        document("large.txt", "x".repeat(70_000)),
                        "{\"filename\": \"large.bin\", \"base64\": \"" + "QUJD".repeat(30_000) + "\"}",
                        document("good.txt", sentence()))));

        api.finished(batch);
        assertThat(outcomes(batch))
                .containsEntry("large.txt", "INVALID_INPUT document-too-large")
                .containsEntry("large.bin", "INVALID_INPUT document-too-large")
                .containsEntry("good.txt", "SUCCEEDED");
        assertThat(api.job(batch, 0).path("bytes").asLong()).isEqualTo(70_000);
    }

    @Test
    void endsALargeMivaaResultAlone() {
        String text = "{\"filename\": \"m.json\", \"mivaa\": {\"markdown\": \"" + "x".repeat(70_000) + "\"}}";

        String batch = accepted(api.post("/batches", batch(text, document("good.txt", sentence()))));

        api.finished(batch);
        assertThat(outcomes(batch))
                .containsEntry("m.json", "INVALID_INPUT document-too-large")
                .containsEntry("good.txt", "SUCCEEDED");
    }

    @Test
    void readsATextFileThatIsNotUtf8() {
        byte[] latin = "Die Wärme fließt durch Holz.".getBytes(StandardCharsets.ISO_8859_1);

        String batch = accepted(api.post(new Form().file("latin.txt", "text/plain", latin)));

        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        assertThat(api.get("/jobs/" + api.job(batch, 0).path("id").asString() + "/result")
                        .text("/text"))
                .contains("Wärme fließt");
    }

    @Test
    void leavesFormulasUntouched() {
        String id = java.util.UUID.randomUUID().toString();
        String text = "Of sample " + id + " the thermal conductivity = 0.5 and T<Tmax holds & stays.";
        String batch = accepted(api.post(new Form().file("formula.txt", text)));
        api.finished(batch);

        Api.Response result = api.get("/jobs/" + api.job(batch, 0).path("id").asString() + "/result");
        Api.Response found = api.post(
                "/search",
                "{\"query\": \"thermal conductivity\", \"mode\": \"keyword\", \"filter\": {\"batchId\": \"" + batch
                        + "\"}}");

        assertThat(result.text("/text")).contains(text);
        assertThat(result.text("/chunks/0/text")).contains("thermal conductivity = 0.5 and T<Tmax");
        assertThat(found.text("/items/0/chunk/text")).contains("thermal conductivity = 0.5 and T<Tmax");
    }

    private Map<String, String> outcomes(String batch) {
        Map<String, String> outcomes = new HashMap<>();
        for (JsonNode job : api.get("/batches/" + batch + "/jobs").json().path("items")) {
            String state = job.path("state").asString();
            outcomes.put(
                    job.path("filename").asString(),
                    state.equals("DEAD")
                            ? job.at("/error/class").asString() + " "
                                    + job.at("/error/code").asString()
                            : state);
        }
        return outcomes;
    }

    @Test
    void makesAJobOfEachDocumentOfAnArchive() throws IOException {
        byte[] archive = ArchiveTests.zip(
                Map.of("folder/one.txt", sentence(), "../../two.txt", sentence() + " Two.", "empty.txt", ""));
        byte[] bomb = ArchiveTests.zip(Map.of("bomb.txt", "x".repeat(1_200_000)));
        byte[] damaged = java.util.Arrays.copyOf(archive, archive.length / 2);

        String batch = accepted(api.post(new Form()
                .file("docs.zip", "application/zip", archive)
                .file("bomb.zip", "application/zip", bomb)
                .file("damaged.zip", null, damaged)));
        api.finished(batch);

        assertThat(outcomes(batch))
                .containsEntry("one.txt", "SUCCEEDED")
                .containsEntry("two.txt", "SUCCEEDED")
                .containsEntry("empty.txt", "INVALID_INPUT empty-document")
                .containsEntry("bomb.zip", "INVALID_INPUT archive-too-large")
                .containsEntry("damaged.zip", "INVALID_INPUT damaged-archive");
    }
}
