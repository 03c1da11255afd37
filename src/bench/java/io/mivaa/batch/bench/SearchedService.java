package io.mivaa.batch.bench;

import io.mivaa.batch.MivaaBatchApplication;
import io.mivaa.batch.pipeline.Chunker;
import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.testkit.RealServers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service with real servers, driven by HTTP, with the splitters of other libraries as further chunkers. */
final class SearchedService implements AutoCloseable {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Path VECTORS = Path.of("target", "benchmark-vectors.bin");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final ConfigurableApplicationContext context;
    private final String base;
    private String batch = "";

    SearchedService(String... settings) {
        RealServers.Database database = RealServers.emptyDatabase();
        List<String> arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.username=" + database.username(),
                "--spring.datasource.password=" + database.password(),
                "--spring.data.redis.url=" + RealServers.redisUri(),
                "--logging.level.root=warn",
                "--mivaa.search.max-queue-time=60s",
                "--spring.main.banner-mode=off"));
        arguments.addAll(List.of(settings));
        context = new SpringApplicationBuilder(MivaaBatchApplication.class, Contenders.class)
                .run(arguments.toArray(String[]::new));
        base = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/api/v1";
    }

    /** What is added to the service. */
    static class Contenders {

        @Bean
        static BeanPostProcessor remembering() {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof Embedder embedder && !(bean instanceof RememberingEmbedder)
                            ? new RememberingEmbedder(embedder, VECTORS)
                            : bean;
                }
            };
        }

        @Bean
        Chunker recursive96() {
            return LibraryChunker.langChain4j(96, 0);
        }

        @Bean
        Chunker recursive128() {
            return LibraryChunker.langChain4j(128, 0);
        }

        @Bean
        Chunker recursive160() {
            return LibraryChunker.langChain4j(160, 0);
        }

        @Bean
        Chunker recursive160With32() {
            return LibraryChunker.langChain4j(160, 32);
        }

        @Bean
        Chunker recursive200() {
            return LibraryChunker.langChain4j(200, 0);
        }

        @Bean
        Chunker recursive400() {
            return LibraryChunker.langChain4j(400, 0);
        }

        @Bean
        Chunker token128() {
            return LibraryChunker.springAi(128);
        }

        @Bean
        Chunker token200() {
            return LibraryChunker.springAi(200);
        }

        @Bean
        Chunker token400() {
            return LibraryChunker.springAi(400);
        }

        /** Its default. */
        @Bean
        Chunker token800() {
            return LibraryChunker.springAi(800);
        }
    }

    record Hit(String chunk, String filename, int start, int end, String text) {}

    record StoredChunk(String id, String filename, int start, int end, String context, String text) {}

    /** Replaces what was stored before. */
    void store(Map<String, String> corpora, Map<String, Object> chunking) throws IOException, InterruptedException {
        if (!batch.isEmpty()) {
            send(request("/batches/" + batch).DELETE());
        }
        List<Map<String, String>> documents = new ArrayList<>();
        corpora.forEach((name, text) ->
                documents.add(Map.of("externalId", name, "filename", name, "contentType", "text/markdown", "text", text)));
        String body = JSON.writeValueAsString(Map.of("options", Map.of("chunking", chunking), "documents", documents));
        batch = post("/batches", body).path("id").asString();
        JsonNode status;
        do {
            status = send(request("/batches/" + batch + "?wait=20").GET());
        } while (!status.path("terminal").asBoolean());
        if (!status.path("state").asString().equals("SUCCEEDED")) {
            throw new IllegalStateException("not all was stored: " + status);
        }
        context.getBean(JdbcClient.class).sql("analyze chunk").update();
    }

    List<Hit> search(String query, String mode, int topK) {
        JsonNode answer;
        try {
            answer = post("/search", JSON.writeValueAsString(Map.of("query", query, "mode", mode, "topK", topK)));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        List<Hit> hits = new ArrayList<>();
        for (JsonNode item : answer.path("items")) {
            JsonNode chunk = item.path("chunk");
            hits.add(new Hit(
                    chunk.path("id").asString(),
                    item.path("filename").asString(),
                    chunk.path("start").asInt(),
                    chunk.path("end").asInt(),
                    chunk.path("text").asString()));
        }
        return hits;
    }

    List<StoredChunk> chunks() {
        return jdbc()
                .sql("""
                        select c.id, j.filename, c.start_at, c.end_at, c.context, c.text
                          from document d join job j on j.id = d.job_id join chunk c on c.result_id = d.result_id
                         order by j.filename, c.index
                        """)
                .query((row, n) -> new StoredChunk(
                        row.getString(1), row.getString(2), row.getInt(3), row.getInt(4), row.getString(5), row.getString(6)))
                .list();
    }

    JdbcClient jdbc() {
        return context.getBean(JdbcClient.class);
    }

    /** Without special tokens. */
    int tokens(String text) {
        Embedder embedder = context.getBean(Embedder.class);
        return embedder.count(text) - embedder.count("");
    }

    private JsonNode post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path));
    }

    private static JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var response = CLIENT.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IllegalStateException(response.statusCode() + " " + response.body());
        }
        return response.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(response.body());
    }

    @Override
    public void close() {
        context.close();
    }
}
