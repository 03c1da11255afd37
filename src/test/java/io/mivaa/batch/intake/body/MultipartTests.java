package io.mivaa.batch.intake.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.Form;
import io.mivaa.batch.intake.RunningService;
import io.mivaa.batch.intake.archive.ArchiveTests;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The multipart form of a batch. */
class MultipartTests extends RunningService {

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"text/plain", "application/json", "application/octet-stream"})
    void readsTheOptionsWhateverTheirContentType(String type) {
        Form form = new Form().field("options", type, "{\"name\": \"steel\", \"priority\": \"low\"}");

        Api.Response answer = api.post(form.file("a.txt", sentence()));

        accepted(answer);
        assertThat(answer.text("/name")).isEqualTo("steel");
        assertThat(answer.text("/priority")).isEqualTo("low");
    }

    @Test
    void readsTheOptionsBehindTheFiles() {
        Api.Response answer = api.post(new Form()
                .file("a.txt", sentence())
                .field("options", "{\"tags\": [\"oak\", \"oak\", \"ash\"]}")
                .file("b.txt", sentence()));

        accepted(answer);
        assertThat(answer.header("Location")).isEqualTo("/api/v1/batches/" + answer.id());
        assertThat(answer.json().path("tags").toString()).isEqualTo("[\"oak\",\"ash\"]");
        assertThat(answer.json().at("/counts/total").asInt()).isEqualTo(2);
        assertThat(answer.json().path("terminal").asBoolean()).isFalse();
    }

    @Test
    void tellsOfAFileWhatTheManifestSays() {
        String batch = accepted(api.post(new Form()
                .field("manifest", """
                        {"a.bin": {"externalId": "x-1", "contentType": "text/markdown", "metadata": {"hall": 7}},
                         "folder/b.txt": {"externalId": "x-2"},
                         "c.txt": null,
                         "d.txt": {"externalId": "x-4"}}
                        """)
                .file("a.bin", "# Oak\n\n" + sentence())
                .file("folder/b.txt", sentence())
                .file("c.txt", sentence())
                .file("folder/d.txt", sentence())));

        JsonNode first = api.job(batch, 0);
        assertThat(first.path("externalId").asString()).isEqualTo("x-1");
        assertThat(first.path("contentType").asString()).isEqualTo("text/markdown");
        assertThat(first.at("/metadata/hall").asInt()).isEqualTo(7);
        assertThat(api.job(batch, 1).path("externalId").asString()).isEqualTo("x-2");
        assertThat(api.job(batch, 2).path("externalId").isNull()).isTrue();
        assertThat(api.job(batch, 3).path("externalId").asString()).isEqualTo("x-4");
    }

    @Test
    void tellsOfDocumentsInAnArchiveWhatTheManifestSays() {
        byte[] zip = ArchiveTests.zip(Map.of("a/b.bin", "# Ash\n\n" + sentence(), "c.txt", sentence()));

        String batch = accepted(api.post(new Form().field("manifest", """
                        {"docs.zip": {"externalId": "x", "metadata": {"hall": 7}},
                         "docs.zip/a/b.bin": {"externalId": "x-1", "contentType": "text/markdown", "metadata": {"hall": 8}}}
                        """).file("docs.zip", "application/zip", zip)));

        JsonNode described = job(batch, "b.bin");
        assertThat(described.path("externalId").asString()).isEqualTo("x-1");
        assertThat(described.path("contentType").asString()).isEqualTo("text/markdown");
        assertThat(described.at("/metadata/hall").asInt()).isEqualTo(8);
        JsonNode other = job(batch, "c.txt");
        assertThat(other.path("externalId").asString()).isEqualTo("x/c.txt");
        assertThat(other.at("/metadata/hall").asInt()).isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs.zip/a.txt", "up/docs.zip/a.txt"})
    void callsAnArchiveInAFolderByItsPathOrItsName(String name) {
        byte[] zip = ArchiveTests.zip(Map.of("a.txt", sentence()));

        String batch = accepted(api.post(new Form()
                .file("up/docs.zip", null, zip)
                .field("manifest", "{\"" + name + "\": {\"externalId\": \"x-1\"}}")));

        assertThat(api.job(batch, 0).path("externalId").asString()).isEqualTo("x-1");
        invalid(
                api.post(new Form()
                        .file("up/docs.zip", null, zip)
                        .field("manifest", "{\"" + name + "\": {}, \"others.zip/a.txt\": {}}")),
                "unknown-file",
                "/manifest/others.zip~1a.txt");
    }

    private JsonNode job(String batch, String filename) {
        return List.of(api.job(batch, 0), api.job(batch, 1)).stream()
                .filter(job -> job.path("filename").asString().equals(filename))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void takesTheManifestAtItsWordAboutAnArchiveThatCouldBeReadOnly() {
        byte[] zip = ArchiveTests.zip(Map.of("a.txt", sentence() + sentence()));
        String manifest = "{\"docs.zip/b.txt\": {}}";

        invalid(
                api.post(new Form().file("docs.zip", null, zip).field("manifest", manifest)),
                "unknown-file",
                "/manifest/docs.zip~1b.txt");
        byte[] torn = Arrays.copyOf(zip, zip.length - 22);
        for (String sent : List.of("docs.zip", "up/docs.zip")) {
            accepted(api.post(
                    new Form().file(sent, null, torn).file("a.txt", sentence()).field("manifest", manifest)));
        }
        invalid(
                api.post(new Form()
                        .file("other.zip", null, torn)
                        .file("a.txt", sentence())
                        .field("manifest", manifest)),
                "unknown-file",
                "/manifest/docs.zip~1b.txt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "options | { | malformed",
                "options | null | /options",
                "options | [] | /options",
                "options | {\"name\": 7} | /options/name",
                "options | {\"docling\": {}} | /options/docling",
                "options | {} {} | /options",
                "manifest | {\"a.txt\": {\"secret\": \"p\"}} | /manifest/a.txt/secret",
                "manifest | {\"a.txt\": 7} | /manifest/a.txt",
                "manifest | {\"a.txt\": {\"metadata\": 7}} | /manifest/a.txt/metadata",
                "manifest | {\"a.txt\": {\"externalId\": \"\"}} | /manifest/a.txt/externalId",
                "manifest | {\"a.txt\": {\"contentType\": \"\\u0000\"}} | /manifest/a.txt/contentType",
                "manifest | {\"x/y.txt\": {}} | /manifest/x~1y.txt",
                "pictures | 7 | pictures",
            })
    void pointsAtWhatIsWrong(String part, String text, String pointer) {
        Api.Response answer = api.post(new Form().file("a.txt", "A").field(part, text));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(400);
        assertThat(pointer.equals("malformed") ? answer.text("/code") : answer.text("/errors/0/pointer"))
                .as(answer.toString())
                .startsWith(pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"options", "manifest"})
    void takesTheOtherPartsOnlyOnce(String part) {
        invalid(
                api.post(new Form().file("a.txt", "A").field(part, "{}").field(part, "{}")),
                "invalid-value",
                "/" + part);
    }

    @Test
    void refusesAManifestThatNamesAFileThatWasNotSent() {
        invalid(
                api.post(new Form().file("a.txt", "A").field("manifest", "{\"b.txt\": {}}")),
                "unknown-file",
                "/manifest/b.txt");
    }

    @Test
    void refusesABodyThatEndsInTheMiddle() {
        Form form = new Form().file("a.txt", "x".repeat(3000));
        byte[] whole = form.bytes();
        for (int length : new int[] {60, 1000, whole.length - 20}) {
            Api.Response answer = api.send(api.request("/batches")
                    .header("Content-Type", form.contentType())
                    .POST(HttpRequest.BodyPublishers.ofByteArray(Arrays.copyOf(whole, length))));

            problem(answer, 400, "malformed-request");
        }
    }

    @Test
    void refusesABodyWithoutABoundary() {
        problem(api.post("/batches", "multipart/form-data", "abc"), 400, "malformed-request");
    }

    @Test
    void takesADocumentThatIsSentTwiceAsTwo() {
        String text = sentence();

        String batch = accepted(api.post(new Form().file("a.txt", text).file("a.txt", text)));

        Api.Response end = api.finished(batch);
        assertThat(end.text("/state")).isEqualTo("SUCCEEDED");
        assertThat(end.json().at("/counts/succeeded").asInt()).isEqualTo(2);
    }

    @Test
    void showsOnlyTheHarmlessPartOfAFileName() {
        String batch = accepted(api.post(new Form()
                .file("../../etc/passwd.txt", sentence())
                .file("C:\\\\temp\\\\..\\\\boot.txt", sentence())
                .file("nul\0.txt", sentence())
                .file("\u202Egnp.txt", sentence())
                .part("name=\"files\"", null, sentence().getBytes(StandardCharsets.UTF_8))
                .file("ü".repeat(300) + ".txt", sentence())));

        assertThat(api.get("/batches/" + batch + "/jobs").json().path("items").findValuesAsString("filename"))
                .containsExactly("passwd.txt", "boot.txt", "nul.txt", "gnp.txt", "unnamed", "ü".repeat(251) + ".txt");
    }
}
