package io.mivaa.batch.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;

/** The description of the API. */
class OpenApiTests extends RunningService {

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mappings;

    @Test
    void describesEveryCallThereIs() {
        JsonNode paths = api.get("//v3/api-docs").json().path("paths");
        Set<String> described = new TreeSet<>();
        paths.propertyNames()
                .forEach(path -> paths.path(path)
                        .propertyNames()
                        .forEach(method -> described.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path)));

        Set<String> there = mappings.getHandlerMethods().entrySet().stream()
                .filter(entry -> entry.getValue().getBeanType().getName().startsWith("io.mivaa.batch"))
                .flatMap(entry -> entry.getKey().getMethodsCondition().getMethods().stream()
                        .flatMap(method -> entry.getKey().getPatternValues().stream()
                                .map(path -> method + " " + path.replaceAll(":[^/]*}$|:[^/]*}(?=/)", "}"))))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(there).contains("POST /api/v1/batches", "GET /api/v1/batches/{id}/jobs");
        assertThat(described).containsAll(there);
    }

    @Test
    void describesTheThreeFormsOfABatch() {
        JsonNode paths = api.get("//v3/api-docs").json().path("paths");
        JsonNode post = paths.path("/api/v1/batches").path("post");
        JsonNode content = post.path("requestBody").path("content");

        assertThat(content.propertyNames()).containsExactlyInAnyOrder("multipart/form-data", Api.JSON, Api.NDJSON);
        assertThat(content.path("multipart/form-data").at("/schema").toString()).contains("Form");
        assertThat(content.path(Api.JSON).at("/schema").toString()).contains("Batch");
        assertThat(paths.at("/~1api~1v1~1batches~1estimate/post/requestBody")).isEqualTo(post.path("requestBody"));
        assertThat(post.path("responses").has("202")).isTrue();
        assertThat(post.path("parameters").toString())
                .contains("Idempotency-Key")
                .doesNotContain("workspace");
    }

    @Test
    void describesWhatBatchesAreFoundBy() {
        JsonNode parameters = api.get("//v3/api-docs")
                .json()
                .path("paths")
                .path("/api/v1/batches")
                .path("get")
                .path("parameters");

        assertThat(parameters.findValuesAsString("name"))
                .containsExactlyInAnyOrder("state", "name", "tag", "limit", "cursor");
        assertThat(parameters
                        .valueStream()
                        .filter(parameter -> parameter.path("name").asString().equals("name"))
                        .map(parameter -> parameter.at("/schema/maxLength").asInt()))
                .containsExactly(200);
    }

    @Test
    void describesHowEveryCallFails() {
        JsonNode paths = api.get("//v3/api-docs").json().path("paths");

        paths.forEach(path -> path.forEach(
                operation -> assertThat(operation.at("/responses/default/content/application~1problem+json/schema"))
                        .as(operation.path("operationId").asString())
                        .isNotEmpty()));
    }

    @Test
    void showsThePage() {
        Api.Response answer = api.get("//swagger-ui.html");

        assertThat(answer.status()).isEqualTo(302);
        assertThat(api.get("/" + answer.header("Location")).status()).isEqualTo(200);
    }
}
