package io.mivaa.batch.results.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.results.OnPostgres;
import io.mivaa.batch.results.ResultsApplication;
import io.mivaa.batch.results.Sheet;
import io.mivaa.batch.results.WordEmbedder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class SearchTests extends OnPostgres {

    @ParameterizedTest
    @ValueSource(strings = {"hybrid", "vector", "keyword"})
    void findsTheChunkThatAnswersInEveryMode(String mode) throws Exception {
        succeeded("steel", "steel.txt", "stainless steel resists corrosion", "copper conducts current");
        succeeded("wood", "wood.txt", "oak floors are warm", "pine is soft");

        JsonNode answer = search("which steel resists corrosion", with("mode", mode));

        assertThat(answer.get("mode").asString()).isEqualTo(mode);
        JsonNode best = answer.get("items").get(0);
        assertThat(best.get("filename").asString()).isEqualTo("steel.txt");
        assertThat(best.get("chunk").get("text").asString()).isEqualTo("stainless steel resists corrosion");
        assertThat(best.get("score").asDouble()).isPositive();
        assertThat(best.get("chunk").propertyNames())
                .containsExactlyInAnyOrder(
                        "id", "index", "text", "start", "end", "pages", "headings", "kind", "tokens", "sha256");
    }

    @Test
    void tellsWhereAHitComesFrom() throws Exception {
        Claim claim = submit("steel", "steel.txt");
        succeed(claim, Sheet.of("stainless steel"));

        JsonNode answer = search("steel", with());

        JsonNode item = answer.get("items").get(0);
        assertThat(item.get("jobId").asString()).isEqualTo(claim.job().toString());
        assertThat(item.get("documentId"))
                .isEqualTo(getJson("/documents").get("items").get(0).get("id"));
        assertThat(answer.get("model").asString()).isEqualTo("words/plain");
        assertThat(answer.get("mode").asString()).isEqualTo("hybrid");
    }

    @Test
    void scoresVectorsByTheirCosine() throws Exception {
        succeeded("a", "a.txt", "alpha beta", "alpha", "gamma");

        JsonNode items = search("alpha", with("mode", "vector", "topK", 2)).get("items");

        assertThat(texts(items)).containsExactly("alpha", "alpha beta");
        assertThat(items.get(0).get("score").asDouble()).isCloseTo(1.0, within(1e-6));
        assertThat(items.get(1).get("score").asDouble()).isCloseTo(Math.sqrt(0.5), within(1e-6));
    }

    @Test
    void findsAWordInAnyOfItsFormsAndAnyOfTheQuerysWords() throws Exception {
        succeeded("a", "a.txt", "The valves were closed.", "A pump runs.", "Nothing to see.");

        JsonNode items =
                search("closing a valve or pumping", with("mode", "keyword")).get("items");

        assertThat(texts(items)).containsExactlyInAnyOrder("The valves were closed.", "A pump runs.");
    }

    @Test
    void findsNothingByWordsThatSayNothing() throws Exception {
        succeeded("a", "a.txt", "the and of");

        assertThat(search("the of and", with("mode", "keyword")).get("items")).isEmpty();
        assertThat(search("the of and", with("mode", "hybrid")).get("items")).hasSize(1);
    }

    @Test
    void fusesBothRankingsByWhatTheirScoresAreOfTheBest() throws Exception {
        succeeded("a", "a.txt", "apple pear");
        succeeded("b", "b.txt", "apple pear plum fig");
        succeeded("c", "c.txt", "stone");

        JsonNode items = search("apple pear", with()).get("items");

        assertThat(texts(items)).startsWith("apple pear", "apple pear plum fig");
        assertThat(items.get(0).get("score").asDouble()).isCloseTo(1, within(1e-6));
        double cosine = Math.sqrt(0.5);
        assertThat(items.get(1).get("score").asDouble()).isCloseTo(cosine / 2 + 0.5, within(1e-6));
    }

    @Test
    void prefersOfEqualChunksTheOneBesideAnAnswer() throws Exception {
        String[] texts = IntStream.range(0, 60).mapToObj(i -> "stone " + i).toArray(String[]::new);
        texts[10] = "apple plum";
        texts[40] = "apple plum";
        texts[41] = "pear";
        succeeded("a", "a.txt", texts);

        JsonNode items = search("apple pear", with("topK", 3)).get("items");

        assertThat(items)
                .extracting(item -> item.get("chunk").get("index").asInt())
                .containsExactlyInAnyOrder(10, 40, 41)
                .endsWith(10);
    }

    @Test
    void whatIsFarDownInOneRankingIsStillGivenItsScoreThere() throws Exception {
        String[] near = IntStream.range(0, 60).mapToObj(i -> "oak oak oak").toArray(String[]::new);
        succeeded("a", "a.txt", near);
        succeeded("b", "b.txt", "oak and a very rare burl among many words of no account");

        JsonNode items = search("oak burl", with("topK", 5)).get("items");

        assertThat(items.get(0).get("chunk").get("text").asString()).contains("burl");
        assertThat(items.get(0).get("score").asDouble()).isGreaterThan(0.6);
    }

    @Test
    void searchesOnlyTheCurrentVersionOfADocument() throws Exception {
        succeeded("a", "v1.txt", "obsolete torque table");
        succeeded("a", "v2.txt", "revised torque table");

        assertThat(texts(search("torque table", with()).get("items"))).containsExactly("revised torque table");
    }

    @Test
    void doesNotFindAForgottenDocument() throws Exception {
        succeeded("a", "a.txt", "torque table");
        delete("/documents/"
                + getJson("/documents").get("items").get(0).get("id").asString());

        JsonNode answer = search("torque table", with());

        assertThat(answer.get("items")).isEmpty();
        assertThat(answer.get("model").isNull()).isTrue();
    }

    @Test
    void doesNotFindWhatBelongsToSomebodyElse() throws Exception {
        Claim strangers = submit(new Workspace("stranger"), List.of(), upload("a", "a.txt"))
                .get(0);
        succeed(strangers, Sheet.of("torque table"));
        succeeded("b", "b.txt", "torque");

        for (String mode : List.of("hybrid", "vector", "keyword")) {
            assertThat(texts(search("torque table", with("mode", mode)).get("items")))
                    .containsExactly("torque");
        }
    }

    @Test
    void findsASharedResultInBothDocumentsThatHaveIt() throws Exception {
        succeeded("a", "same.txt", "torque table");
        reuse(submit("b", "same.txt"));

        JsonNode items = search("torque", with()).get("items");

        assertThat(items).hasSize(2);
        assertThat(items.get(0).get("chunk").get("id"))
                .isEqualTo(items.get(1).get("chunk").get("id"));
        assertThat(items.get(0).get("documentId")).isNotEqualTo(items.get(1).get("documentId"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"hybrid", "vector", "keyword"})
    void keepsToEveryFilterAndToAllOfThemTogether(String mode) throws Exception {
        Claim red = tagged(List.of("red", "big"), "red.txt");
        Claim blue = tagged(List.of("blue", "big"), "blue.txt");
        String blueDocument = search(
                        "torque", with("filter", with("batchId", blue.batch().toString())))
                .get("items")
                .get(0)
                .get("documentId")
                .asString();

        assertThat(hits(mode, with())).hasSize(6);
        assertThat(hits(mode, with("batchId", red.batch().toString())))
                .containsOnly("red.txt")
                .hasSize(3);
        assertThat(hits(mode, with("documentId", blueDocument)))
                .containsOnly("blue.txt")
                .hasSize(3);
        assertThat(hits(mode, with("tags", List.of("big")))).hasSize(6);
        assertThat(hits(mode, with("tags", List.of("big", "blue"))))
                .containsOnly("blue.txt")
                .hasSize(3);
        assertThat(hits(mode, with("tags", List.of("red", "blue")))).isEmpty();
        assertThat(hits(mode, with("pages", with("first", 2, "last", 9)))).hasSize(4);
        assertThat(hits(mode, with("pages", with("first", 3, "last", 3), "tags", List.of("red"))))
                .containsExactly("red.txt");
        assertThat(hits(
                        mode,
                        with("documentId", blueDocument, "batchId", red.batch().toString())))
                .isEmpty();
    }

    @Test
    void aChunkWithoutPagesLiesOnNone() throws Exception {
        succeed(submit("a", "a.txt"), Sheet.withoutPages("torque table"));

        assertThat(hits("hybrid", with("pages", with("first", 1, "last", 9)))).isEmpty();
    }

    @Test
    void wantsAModelNamedWhereThereAreVectorsOfTwo() throws Exception {
        succeeded("a", "a.txt", "torque table");
        succeed(submit("b", "b.txt"), Sheet.of(ResultsApplication.OTHER_EMBEDDER, "torque wrench"));

        assertProblem(with("query", "torque"), 422, "model-ambiguous");
        JsonNode answer = search("torque", with("model", "words/other"));
        assertThat(answer.get("model").asString()).isEqualTo("words/other");
        assertThat(texts(answer.get("items"))).containsExactly("torque wrench");
        assertThat(texts(search("torque", with("mode", "keyword")).get("items")))
                .hasSize(2);
        assertThat(texts(search("torque", with("mode", "keyword", "model", "words/plain"))
                        .get("items")))
                .containsExactly("torque table");
    }

    @Test
    void refusesAModelThatIsNotThatOfTheVectorsOrIsGone() throws Exception {
        succeeded("a", "a.txt", "torque table");
        assertProblem(with("query", "torque", "model", "words/other"), 422, "model-mismatch");
        assertProblem(with("query", "torque", "model", "nonsense"), 422, "model-mismatch");

        empty();
        succeed(submit("b", "b.txt"), Sheet.of(new WordEmbedder("withdrawn", 16), "torque wrench"));
        assertProblem(with("query", "torque"), 422, "model-mismatch");

        empty();
        succeed(submit("c", "c.txt"), Sheet.of(new WordEmbedder("plain", 16), "torque wrench"));
        assertProblem(with("query", "torque"), 422, "model-mismatch");
    }

    @Test
    void marksTheWordsOfTheQuery() throws Exception {
        succeeded("a", "a.txt", "Die 𝔘 – Größen: <b>Valves</b> of type DN-50, closed at 3.5 bar, née Ventil");

        for (String mode : List.of("hybrid", "vector", "keyword")) {
            JsonNode item = search("a valve closing at 3.5 bar; größen, DN", with("mode", mode))
                    .get("items")
                    .get(0);
            assertThat(highlighted(item)).containsExactly("Größen", "Valves", "DN", "closed", "3.5", "bar");
        }
    }

    @Test
    void givesNoMoreThanAskedForAndTenByDefault() throws Exception {
        String[] texts = IntStream.range(0, 120).mapToObj(i -> "torque " + i).toArray(String[]::new);
        succeeded("a", "a.txt", texts);

        assertThat(search("torque", with()).get("items")).hasSize(10);
        for (String mode : List.of("hybrid", "vector", "keyword")) {
            assertThat(search("torque", with("mode", mode, "topK", 100)).get("items"))
                    .hasSize(100);
            assertThat(search("torque", with("mode", mode, "topK", 1)).get("items"))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                      | /query          | invalid-value
            {"query": "  "}                                         | /query          | invalid-value
            {"query": "a\\u0000b"}                                  | /query          | invalid-value
            {"query": "a\\ud800b"}                                  | /query          | invalid-value
            {"query": "a", "topK": 0}                               | /topK           | invalid-value
            {"query": "a", "topK": 101}                             | /topK           | invalid-value
            {"query": "a", "mode": "magic"}                         | /mode           | invalid-value
            {"query": "a", "top_k": 3}                              | /top_k          | unknown-field
            {"query": "a", "filter": {"batch": "x"}}                | /filter/batch   | unknown-field
            {"query": "a", "filter": {"batchId": "x"}}              | /filter/batchId | invalid-value
            {"query": "a", "filter": {"tags": [null]}}              | /filter/tags    | invalid-value
            {"query": "a", "filter": {"pages": {"first": 3, "last": 2}}} | /filter/pages | invalid-value
            """)
    void pointsAtWhatIsWrong(String body, String pointer, String code) throws Exception {
        var answer = post("/search", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = json.readTree(answer.body()).get("errors").get(0);
        assertThat(error.get("pointer").asString()).isEqualTo(pointer);
        assertThat(error.get("code").asString()).isEqualTo(code);
    }

    @Test
    void takesQueriesOfTwoThousandCharacters() throws Exception {
        succeeded("a", "a.txt", "torque");

        assertThat(search("torque ".repeat(285), with()).get("items")).hasSize(1);
        assertProblem(with("query", "x".repeat(2001)), 400, "validation-failed");
    }

    @Test
    void findsNothingInAnEmptyWorkspace() throws Exception {
        assertThat(search("torque", with("model", "words/plain")).get("items")).isEmpty();
    }

    private Claim tagged(List<String> tags, String filename) throws Exception {
        Claim claim = submit(WORKSPACE, tags, upload(filename, filename)).get(0);
        succeed(claim, Sheet.of("torque one " + filename, "torque two " + filename, "torque three " + filename));
        return claim;
    }

    private List<String> hits(String mode, Map<String, Object> filter) throws Exception {
        List<String> files = new ArrayList<>();
        search("torque", with("mode", mode, "filter", filter))
                .get("items")
                .forEach(item -> files.add(item.get("filename").asString()));
        return files;
    }

    private JsonNode search(String query, Map<String, Object> more) throws Exception {
        Map<String, Object> request = new HashMap<>(more);
        request.put("query", query);
        var answer = post("/search", json.writeValueAsString(request));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private void assertProblem(Map<String, Object> request, int status, String code) throws Exception {
        var answer = post("/search", json.writeValueAsString(request));
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json.readTree(answer.body()).get("code").asString()).isEqualTo(code);
    }

    private static List<String> texts(JsonNode items) {
        return items.valueStream()
                .map(item -> item.get("chunk").get("text").asString())
                .toList();
    }

    private static List<String> highlighted(JsonNode item) {
        String text = item.get("chunk").get("text").asString();
        return item.get("highlights")
                .valueStream()
                .map(span -> text.substring(
                        span.get("start").asInt(), span.get("end").asInt()))
                .toList();
    }

    private static Offset<Double> within(double offset) {
        return Offset.offset(offset);
    }

    private static Map<String, Object> with(Object... namesAndValues) {
        Map<String, Object> map = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        return map;
    }
}
