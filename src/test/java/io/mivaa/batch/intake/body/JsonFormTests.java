package io.mivaa.batch.intake.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.intake.Api;
import io.mivaa.batch.intake.RunningService;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The JSON and NDJSON forms of a batch. */
class JsonFormTests extends RunningService {

    @Test
    void takesEveryKindOfDocument() {
        String encoded =
                Base64.getEncoder().encodeToString(("# Ash\n\n" + sentence()).getBytes(StandardCharsets.UTF_8));

        String batch = accepted(api.post("/batches", """
                {"documents": [
                    {"text": "%s", "filename": "a", "contentType": "text/markdown", "externalId": null, "metadata": null},
                    {"base64": "%s", "filename": "b.md", "externalId": "x-1", "metadata": {"hall": [7]}},
                    {"mivaa": {"markdown": "# Tile\\n\\nA glazed tile."}, "filename": "c.json"}],
                 "options": {"onInvalid": "accept", "name": "inner"}, "name": "outer"}
                """.formatted(sentence(), encoded)));

        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        assertThat(api.get("/batches/" + batch).text("/name")).isEqualTo("outer");
        assertThat(api.job(batch, 0).path("contentType").asString()).isEqualTo("text/markdown");
        assertThat(api.job(batch, 1).path("externalId").asString()).isEqualTo("x-1");
        assertThat(api.job(batch, 1).at("/metadata/hall/0").asInt()).isEqualTo(7);
        assertThat(api.job(batch, 2).path("contentType").asString()).isEqualTo("application/vnd.mivaa+json");
    }

    @Test
    void takesWhatOtherExtractorsHaveWritten() {
        String batch = accepted(api.post("/batches", """
                {"documents": [
                    {"filename": "clay.json", "docling": {"schema_name": "DoclingDocument", "version": "1.3.0",
                        "name": "clay", "groups": [], "tables": [], "pictures": [], "pages": {"1": {"page_no": 1}},
                        "body": {"self_ref": "#/body", "children": [{"$ref": "#/texts/0"}, {"$ref": "#/texts/1"}]},
                        "texts": [{"label": "title", "text": "Clay", "prov": [{"page_no": 1}]},
                                  {"label": "text", "text": "Red clay holds iron.", "prov": [{"page_no": 1}]}]}},
                    {"filename": "lime.json", "unstructured": [
                        {"type": "Title", "element_id": "1", "text": "Lime", "metadata": {"page_number": 3}},
                        {"type": "NarrativeText", "element_id": "2", "text": "Lime is burnt.",
                         "metadata": {"page_number": 3}}]}]}
                """));

        assertThat(api.finished(batch).text("/state")).isEqualTo("SUCCEEDED");
        assertThat(result(batch, 0).path("text").asString()).isEqualTo("# Clay\n\nRed clay holds iron.");
        assertThat(result(batch, 0).at("/structure/headings/0/page").asInt()).isEqualTo(1);
        assertThat(result(batch, 1).path("text").asString()).isEqualTo("# Lime\n\nLime is burnt.");
        assertThat(result(batch, 1).at("/chunks/0/pages/first").asInt()).isEqualTo(3);
    }

    private JsonNode result(String batch, int position) {
        return api.get("/jobs/" + api.job(batch, position).path("id").asString() + "/result")
                .json();
    }

    @Test
    void takesOptionsThatSayNothing() {
        Api.Response answer =
                api.post("/batches", "{\"options\": null, \"documents\": [" + document("a", "Oak.") + "]}");

        accepted(answer);
        assertThat(answer.text("/priority")).isEqualTo("normal");
        assertThat(answer.json().at("/options/maxAttempts").asInt()).isEqualTo(5);
    }

    @Test
    void takesTheOptionsOfLinesFromTheQuery() {
        String query = "?name=lines&priority=high&onInvalid=reject&maxAttempts=2&tags=oak,ash&tags=elm"
                + "&chunking.strategy=structure&chunking.maxTokens=100&chunking.overlapTokens=5&chunking.minTokens=10"
                + "&embedding.provider=gate&embedding.model=stone";

        Api.Response answer = api.post(
                "/batches" + query, Api.NDJSON, document("a.txt", sentence()) + "\r\n" + document("b.txt", sentence()));

        String batch = accepted(answer);
        JsonNode told = answer.json();
        assertThat(told.path("name").asString()).isEqualTo("lines");
        assertThat(told.path("priority").asString()).isEqualTo("high");
        assertThat(told.path("tags").toString()).isEqualTo("[\"oak\",\"ash\",\"elm\"]");
        assertThat(told.at("/options/maxAttempts").asInt()).isEqualTo(2);
        assertThat(told.at("/options/chunking/maxTokens").asInt()).isEqualTo(100);
        assertThat(told.at("/options/embedding/model").asString()).isEqualTo("stone");
        assertThat(api.finished(batch).json().at("/counts/succeeded").asInt()).isEqualTo(2);
    }

    @Test
    void pointsAtTheChunkingWhenBothItAndTheModelAreChosen() {
        invalid(
                api.post(
                        "/batches",
                        "{\"options\": {\"chunking\": {\"maxTokens\": 100000}, \"embedding\": {}},"
                                + " \"documents\": [" + document("a", "b") + "]}"),
                "invalid-value",
                "/options/chunking");
    }

    @Test
    void refusesMoreOrLongerTagsThanAllowed() {
        String tags = "\"t\",".repeat(21);
        for (String wrong : new String[] {tags.substring(0, tags.length() - 1), "\"" + "t".repeat(65) + "\""}) {
            invalid(
                    api.post(
                            "/batches",
                            "{\"options\": {\"tags\": [" + wrong + "]}, \"documents\": [" + document("a", "b") + "]}"),
                    "invalid-value",
                    "/options/tags");
        }
    }

    @Test
    void refusesABoundaryThatCannotBe() {
        for (String boundary : new String[] {"\"\"", "b".repeat(71)}) {
            problem(
                    api.post("/batches", "multipart/form-data; boundary=" + boundary, "--b--"),
                    400,
                    "malformed-request");
        }
    }
}
