package io.mivaa.batch.results.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.DocumentId;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.results.OnPostgres;
import io.mivaa.batch.results.Sheet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DocumentControllerTests extends OnPostgres {

    @Test
    void showsADocument() throws Exception {
        Claim claim = submit("steel", "grades.txt");
        succeed(claim, Sheet.of("one", "two"));
        JsonNode listed = getJson("/documents").get("items").get(0);

        JsonNode document = getJson("/documents/" + listed.get("id").asString());

        assertThat(document).isEqualTo(listed);
        assertThat(document.propertyNames())
                .containsExactlyInAnyOrder(
                        "id",
                        "externalId",
                        "filename",
                        "contentType",
                        "sha256",
                        "bytes",
                        "pages",
                        "title",
                        "language",
                        "chunks",
                        "jobId",
                        "batchId",
                        "model",
                        "createdAt",
                        "updatedAt");
        assertThat(document.get("externalId").asString()).isEqualTo("steel");
        assertThat(document.get("filename").asString()).isEqualTo("grades.txt");
        assertThat(document.get("chunks").asInt()).isEqualTo(2);
        assertThat(document.get("pages").asInt()).isEqualTo(2);
        assertThat(document.get("jobId").asString()).isEqualTo(claim.job().toString());
        assertThat(document.get("model")).isEqualTo(json.readTree("""
                {"provider": "words", "model": "plain", "dimensions": 64}
                """));
    }

    @Test
    void listsInPartsWithoutGapOrRepetition() throws Exception {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            succeeded(name, name + ".txt", "text of " + name);
        }

        List<String> names = new ArrayList<>();
        List<Integer> sizes = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = getJson("/documents?limit=2&cursor=" + cursor);
            page.get("items").forEach(item -> names.add(item.get("externalId").asString()));
            sizes.add(page.get("items").size());
            cursor = page.get("nextCursor").isNull()
                    ? ""
                    : page.get("nextCursor").asString();
        } while (!cursor.isEmpty());

        assertThat(names).containsExactly("e", "d", "c", "b", "a");
        assertThat(sizes).containsExactly(2, 2, 1);
    }

    @Test
    void refusesACursorThatWasNotGivenOut() throws Exception {
        var answer = get("/documents?cursor=nonsense");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json.readTree(answer.body()).get("errors").get(0).get("code").asString())
                .isEqualTo("invalid-cursor");
    }

    @Test
    void knowsNoOtherDocuments() throws Exception {
        assertThat(get("/documents/" + DocumentId.create()).statusCode()).isEqualTo(404);
        assertThat(delete("/documents/" + DocumentId.create()).statusCode()).isEqualTo(404);
    }
}
