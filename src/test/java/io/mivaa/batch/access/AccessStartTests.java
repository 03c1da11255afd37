package io.mivaa.batch.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.mivaa.batch.job.Workspace;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.test.context.TestComponent;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(OutputCaptureExtension.class)
class AccessStartTests {

    private static final String KEY = "the-key-of-acme-0123";

    /** There is no database here that the readiness could name. */
    private static final String ANY_HEALTH = "--management.endpoint.health.validate-group-membership=false";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** The door, and a room behind it. */
    @EnableAutoConfiguration(
            excludeName = {
                "org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration",
                "org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration",
                "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration",
                "org.springframework.boot.data.redis.autoconfigure.DataRedisReactiveAutoConfiguration",
                "org.springframework.boot.data.redis.autoconfigure.DataRedisRepositoriesAutoConfiguration",
                "org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration",
                "org.springframework.boot.data.redis.autoconfigure.health.DataRedisReactiveHealthContributorAutoConfiguration"
            })
    @ConfigurationPropertiesScan("io.mivaa.batch.access")
    @ComponentScan("io.mivaa.batch.http")
    @Import(AccessConfiguration.class)
    static class House {

        @Bean
        Room room() {
            return new Room();
        }
    }

    @TestComponent
    @RestController
    static class Room {

        @GetMapping("/api/v1/room")
        Map<String, String> who(Workspace workspace) {
            return Map.of("workspace", workspace.name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.address=0.0.0.0", "server.address=", "server.address=192.0.2.1"})
    void refusesToStartWithoutKeysWhereOthersCouldCall(String address, CapturedOutput output) {
        Throwable failure = catchThrowable(() -> start(Map.of(), address).close());

        assertThat(failure).hasRootCauseInstanceOf(UnsafeAccess.class);
        assertThat(output)
                .contains("There are no API keys, and server.address is")
                .contains("MIVAA_ACCESS_KEYS_ACME=<key>")
                .contains("server.address=127.0.0.1");
    }

    @Test
    void refusesAnOpenManagementAddressToo() {
        Throwable failure =
                catchThrowable(() -> start(Map.of(), "server.address=127.0.0.1", "management.server.address=0.0.0.0")
                        .close());

        assertThat(failure).hasRootCauseInstanceOf(UnsafeAccess.class);
        assertThat(failure).rootCause().hasMessageContaining("management.server.address");
    }

    @Test
    void refusesAWeakKeyWithoutTellingIt(CapturedOutput output) {
        Throwable failure =
                catchThrowable(() -> start(Map.of("MIVAA_ACCESS_KEYS_ACME", "weak-key-acme"), "server.address=0.0.0.0")
                        .close());

        assertThat(failure).hasRootCauseInstanceOf(UnsafeAccess.class);
        assertThat(output).contains("has 13 characters").doesNotContain("weak-key-acme");
    }

    @Test
    void startsWithoutAWebServerWhereverItIs() {
        assertThatCode(() -> {
                    SpringApplication application = new SpringApplication(House.class);
                    application.setWebApplicationType(WebApplicationType.NONE);
                    application.run("--server.address=0.0.0.0", ANY_HEALTH).close();
                })
                .doesNotThrowAnyException();
    }

    @Test
    void servesThisMachineWithoutKeys() throws Exception {
        try (var house = start(Map.of(), "server.address=127.0.0.1")) {
            HttpResponse<String> answer = get(port(house), "/api/v1/room");

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"workspace\":\"default\"}");
            assertThat(get(port(house), "/api/v1/room", "Origin", "https://evil.example")
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void servesTheHoldersOfKeysFromTheEnvironment(CapturedOutput output) throws Exception {
        Map<String, String> environment =
                Map.of("MIVAA_ACCESS_KEYS_ACME", "another-key-of-acme," + KEY, "MIVAA_ACCESS_KEYS_GLOBEX", KEY + "x");
        try (var house = start(
                environment,
                "management.endpoints.web.exposure.include=*",
                "management.endpoint.env.show-values=always",
                "management.endpoint.configprops.show-values=always")) {
            int port = port(house);

            assertThat(get(port, "/api/v1/room", "X-API-Key", KEY).body()).contains("acme");
            assertThat(get(port, "/api/v1/room", "Authorization", "Bearer " + KEY + "x")
                            .body())
                    .contains("globex");
            assertProblem(get(port, "/api/v1/room"));
            assertProblem(get(port, "/actuator/info"));
            assertProblem(get(port, "/nothing"));
            assertThat(get(port, "/actuator/health/liveness").statusCode()).isEqualTo(200);
            for (String endpoint : List.of("env", "env/MIVAA_ACCESS_KEYS_ACME", "configprops", "beans", "mappings")) {
                HttpResponse<String> told = get(port, "/actuator/" + endpoint, "X-API-Key", KEY);
                assertThat(told.statusCode()).as(endpoint).isEqualTo(200);
                assertThat(told.body()).as(endpoint).doesNotContain(KEY);
            }
            assertThat(output).doesNotContain(KEY);
        }
    }

    @Test
    void guardsAManagementPortOfItsOwn() throws Exception {
        try (var house = start(Map.of("MIVAA_ACCESS_KEYS_ACME", KEY), "management.server.port=0")) {
            int port = Integer.parseInt(
                    Objects.requireNonNull(house.getEnvironment().getProperty("local.management.port")));

            assertThat(port).isNotEqualTo(port(house));
            assertThat(get(port, "/actuator/health").statusCode()).isEqualTo(200);
            assertThat(get(port, "/actuator/info", "X-API-Key", KEY).statusCode())
                    .isEqualTo(200);
            assertProblem(get(port, "/actuator/info"));
        }
    }

    private static void assertProblem(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        JsonNode problem = JsonMapper.shared().readTree(answer.body());
        assertThat(problem.get("code").asString()).isEqualTo("unauthenticated");
    }

    private static ConfigurableApplicationContext start(Map<String, String> environment, String... properties) {
        SpringApplication application = new SpringApplication(House.class);
        application.addInitializers(context -> context.getEnvironment()
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource("systemEnvironment", Map.copyOf(environment))));
        List<String> arguments = new ArrayList<>(List.of("--server.port=0", ANY_HEALTH));
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return application.run(arguments.toArray(String[]::new));
    }

    private static int port(ConfigurableApplicationContext context) {
        return Integer.parseInt(Objects.requireNonNull(context.getEnvironment().getProperty("local.server.port")));
    }

    private static HttpResponse<String> get(int port, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }
}
