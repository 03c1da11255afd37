package io.mivaa.batch.pipeline.embed;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Embedder;
import io.mivaa.batch.testkit.StandInProvider;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class ConfiguredEmbeddersTests {

    private final ApplicationContextRunner runner =
            new ApplicationContextRunner().withUserConfiguration(EmbedConfiguration.class, Wiring.class);

    @EnableConfigurationProperties(OnnxSettings.class)
    private static final class Wiring {}

    @Test
    void thereIsAlwaysTheModelOfTheClassPath() {
        runner.run(context -> assertThat(context.getBeanProvider(Embedder.class).stream())
                .extracting(embedder -> embedder.model().name())
                .containsExactly("all-minilm-l6-v2-q"));
    }

    @Test
    void makesAnEmbedderOfEachProviderWithItsKeyFromTheEnvironment() {
        try (StandInProvider provider = new StandInProvider()) {
            runner.withPropertyValues(
                            "mivaa.embedding.providers.acme.base-url=" + provider.url(),
                            "mivaa.embedding.providers.acme.model=org/small",
                            "mivaa.embedding.providers.acme.dimensions=2",
                            "mivaa.embedding.providers.acme.api-key-variable=PATH",
                            "mivaa.embedding.providers.other.base-url=" + provider.url(),
                            "mivaa.embedding.providers.other.model=large",
                            "mivaa.embedding.providers.other.dimensions=2")
                    .run(context -> {
                        Embedder acme = named(
                                context.getBeanProvider(Embedder.class).stream().toList(), "acme");
                        Embedder other = named(
                                context.getBeanProvider(Embedder.class).stream().toList(), "other");

                        acme.embed(List.of("a"));
                        other.embed(List.of("a"));

                        assertThat(acme.model().name()).isEqualTo("org/small");
                        assertThat(acme.count("abcdef")).isEqualTo(4);
                        assertThat(provider.requests().get(0).headers())
                                .containsEntry("authorization", "Bearer " + System.getenv("PATH"));
                        assertThat(provider.requests().get(1).headers()).doesNotContainKey("authorization");
                    });
        }
    }

    @Test
    void countsWithTheTokenizerThatIsNamed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("tokenizer.json");
        try (InputStream in = OnnxModel.resource("/all-minilm-l6-v2-q-tokenizer.json")) {
            Files.copy(in, file);
        }
        runner.withPropertyValues(
                        "mivaa.embedding.providers.acme.base-url=http://127.0.0.1:1",
                        "mivaa.embedding.providers.acme.model=m",
                        "mivaa.embedding.providers.acme.dimensions=2",
                        "mivaa.embedding.providers.acme.tokenizer=" + file)
                .run(context -> assertThat(named(
                                        context.getBeanProvider(Embedder.class).stream()
                                                .toList(),
                                        "acme")
                                .count("embeddings"))
                        .isEqualTo(6));
    }

    @Test
    void makesAnEmbedderOfEachDirectory(@TempDir Path folder) throws Exception {
        for (String name : List.of("model.onnx", "tokenizer.json")) {
            String resource = name.equals("model.onnx") ? ".onnx" : "-tokenizer.json";
            try (InputStream in = OnnxModel.resource("/all-minilm-l6-v2-q" + resource)) {
                Files.copy(in, folder.resolve(name));
            }
        }
        runner.withPropertyValues("mivaa.embedding.onnx-models.own=" + folder, "mivaa.embedding.threads=1")
                .run(context -> assertThat(context.getBeanProvider(Embedder.class).stream())
                        .extracting(embedder -> embedder.model().provider() + "/"
                                + embedder.model().name())
                        .containsExactlyInAnyOrder("onnx/all-minilm-l6-v2-q", "onnx/own"));
    }

    @ParameterizedTest
    @CsvSource({
        "mivaa.embedding.providers.acme.api-key-variable=NO_SUCH_VARIABLE_HERE, no such environment variable",
        "mivaa.embedding.providers.acme.tokenizer=/nowhere/tokenizer.json, cannot be read",
        "mivaa.embedding.providers.onnx.model=x, models in the process",
        "mivaa.embedding.providers.[a/b].model=x, needs names of 1 to 64",
        "mivaa.embedding.onnx-models.[a/b]=/nowhere, needs names of 1 to 64",
        "mivaa.embedding.onnx-models.own=/nowhere, has no tokenizer.json",
        "mivaa.embedding.providers.acme.dimensions=0, dimensions must be",
    })
    void doesNotStartWithWhatCannotWork(String setting, String message) {
        String name = setting.replaceAll("mivaa.embedding.providers.(\\[.*]|\\w+)[.].*|.*", "$1");
        runner.withPropertyValues(
                        "mivaa.embedding.providers." + (name.isEmpty() ? "acme" : name)
                                + ".base-url=http://127.0.0.1:1",
                        "mivaa.embedding.providers." + (name.isEmpty() ? "acme" : name) + ".model=m",
                        "mivaa.embedding.providers." + (name.isEmpty() ? "acme" : name) + ".dimensions=2",
                        setting)
                .run(context -> assertThat(context.getStartupFailure())
                        .isNotNull()
                        .satisfies(failure -> assertThat(rootCause(failure)).contains(message)));
    }

    private static String rootCause(Throwable failure) {
        StringBuilder messages = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            messages.append(each.getMessage()).append('\n');
        }
        return messages.toString();
    }

    private static Embedder named(List<Embedder> embedders, String provider) {
        return embedders.stream()
                .filter(embedder -> embedder.model().provider().equals(provider))
                .findFirst()
                .orElseThrow();
    }
}
