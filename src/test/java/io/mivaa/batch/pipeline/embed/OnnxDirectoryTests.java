package io.mivaa.batch.pipeline.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.mivaa.batch.pipeline.document.EmbeddingModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A directory as sentence-transformers writes it, with the files of the model that the class path has. */
class OnnxDirectoryTests {

    private static final String LONG = "hello ".repeat(100);

    @TempDir
    private Path folder;

    @BeforeEach
    void export() throws IOException {
        copy("/all-minilm-l6-v2-q.onnx", "model.onnx");
        copy("/all-minilm-l6-v2-q-tokenizer.json", "tokenizer.json");
    }

    private void copy(String resource, String name) throws IOException {
        try (InputStream in = OnnxModel.resource(resource)) {
            Files.copy(in, folder.resolve(name));
        }
    }

    private void write(String name, String json) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    private OnnxEmbedder embedder() {
        return new OnnxEmbedder("own", new OnnxDirectory(folder), 1);
    }

    private float[] vector(String text) {
        try (OnnxEmbedder embedder = embedder()) {
            return embedder.embed(List.of(text)).get(0);
        }
    }

    @Test
    void isUsedAsItsFilesSay() throws IOException {
        write("modules.json", """
                [{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                 {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                 {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"}]
                """);
        write("1_Pooling/config.json", """
                {"word_embedding_dimension": 384, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true,
                 "pooling_mode_max_tokens": false, "include_prompt": true}
                """);
        write("sentence_bert_config.json", "{\"max_seq_length\": 256, \"do_lower_case\": false}");

        try (OnnxEmbedder own = embedder();
                OnnxEmbedder shipped = new OnnxEmbedder(1)) {
            assertThat(own.model()).isEqualTo(new EmbeddingModel("onnx", "own", 384, 256));
            assertThat(own.embed(List.of("Porcelain stoneware.")).get(0))
                    .isEqualTo(shipped.embed(List.of("Porcelain stoneware.")).get(0));
            assertThat(own.embedQueries(List.of("Porcelain stoneware.")).get(0))
                    .isEqualTo(shipped.embed(List.of("Porcelain stoneware.")).get(0));
            assertThat(own.count("Porcelain stoneware.")).isEqualTo(shipped.count("Porcelain stoneware."));
            assertThat(own.variant()).hasSize(64);
            assertThat(shipped.variant()).isEmpty();
        }
    }

    @Test
    void needsNoMoreThanTheModelAndItsTokenizer() {
        try (OnnxEmbedder own = embedder()) {
            assertThat(own.model().maxTokens()).isEqualTo(512);
            assertThat(own.embed(List.of("a")).get(0)).hasSize(384);
        }
    }

    @Test
    void takesTheFirstTokenWhereTheModelSaysSo() throws IOException {
        float[] mean = vector("Porcelain stoneware.");
        write("1_Pooling/config.json", "{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": false}");
        float[] cls = vector("Porcelain stoneware.");
        write("1_Pooling/config.json", "{\"pooling_mode\": \"cls\"}");

        assertThat(cls).isNotEqualTo(mean).isEqualTo(vector("Porcelain stoneware."));
        assertThat(dot(cls, cls)).isCloseTo(1, within(1e-5));
    }

    @Test
    void findsThePoolingWhereTheModulesSay() throws IOException {
        write("modules.json", "[{\"path\": \"pool\", \"type\": \"x.Pooling\"}]");
        write("pool/config.json", "{\"pooling_mode_max_tokens\": true}");

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(this::embedder)
                .withMessageContaining("pools by [max]");
    }

    @Test
    void readsTextsUpToTheLengthOfTheTokenizerWhereNothingElseIsSaid() throws IOException {
        write("tokenizer_config.json", "{\"model_max_length\": 52}");

        assertThat(vector(LONG)).isEqualTo(vector("hello ".repeat(50)));
        try (OnnxEmbedder own = embedder()) {
            assertThat(own.model().maxTokens()).isEqualTo(52);
            assertThat(own.count(LONG)).isEqualTo(102);
        }
    }

    @ParameterizedTest
    @CsvSource({"'{\"model_max_length\": 1000000000000000019884624838656}'", "'{\"model_max_length\": null}'", "'{}'"})
    void readsTheUsualLengthWhereThereIsNone(String config) throws IOException {
        write("tokenizer_config.json", config);

        assertThat(new OnnxDirectory(folder).use().maxTokens()).isEqualTo(512);
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"prompts\": {\"query\": \"q: \", \"document\": \"d: \"}}', d: , q: ",
        "'{\"prompts\": {\"query\": \"q: \", \"passage\": \"p: \"}}', p: , q: ",
        "'{\"prompts\": {\"query\": \"q: \"}}', '', q: ",
        "'{\"prompts\": {\"x\": \"x: \"}, \"default_prompt_name\": \"x\"}', x: , x: ",
        "'{\"prompts\": {}, \"default_prompt_name\": null}', '', ''",
    })
    void putsThePromptsOfTheModelBeforeTexts(String config, String document, String query) throws IOException {
        write("config_sentence_transformers.json", config);

        OnnxDirectory.Use use = new OnnxDirectory(folder).use();

        assertThat(use.documentPrefix().strip()).isEqualTo(document.strip());
        assertThat(use.queryPrefix().strip()).isEqualTo(query.strip());
    }

    @Test
    void embedsAndCountsWithThePrompts() throws IOException {
        float[] plain = vector("passage: a stone");
        float[] asked = vector("query: a stone");
        write(
                "config_sentence_transformers.json",
                "{\"prompts\": {\"query\": \"query: \", \"passage\": \"passage: \"}}");

        try (OnnxEmbedder own = embedder()) {
            assertThat(own.embed(List.of("a stone")).get(0)).isEqualTo(plain);
            assertThat(own.embedQueries(List.of("a stone")).get(0)).isEqualTo(asked);
            assertThat(own.count("a stone")).isEqualTo(6);
        }
    }

    @Test
    void isAnotherVariantWithAnotherFileOrUse() throws IOException {
        String before = new OnnxDirectory(folder).use().variant();
        assertThat(new OnnxDirectory(folder).use().variant()).isEqualTo(before);

        write("config_sentence_transformers.json", "{\"prompts\": {\"document\": \"d: \"}}");
        String prompted = new OnnxDirectory(folder).use().variant();
        Files.writeString(folder.resolve("tokenizer.json"), Files.readString(folder.resolve("tokenizer.json")) + " ");

        assertThat(prompted).isNotEqualTo(before);
        assertThat(new OnnxDirectory(folder).use().variant()).isNotEqualTo(prompted);
    }

    @Test
    void findsTheModelInItsFolderToo() throws IOException {
        Files.createDirectories(folder.resolve("onnx"));
        Files.move(folder.resolve("model.onnx"), folder.resolve("onnx/model.onnx"));

        assertThat(vector("a")).hasSize(384);
    }

    @ParameterizedTest
    @CsvSource({
        "modules.json, '[{\"type\": \"sentence_transformers.models.Dense\"}]', has a module Dense",
        "1_Pooling/config.json, '{\"pooling_mode_lasttoken\": true}', pools by [lasttoken]",
        "1_Pooling/config.json, '{\"pooling_mode_cls_token\": true, \"pooling_mode_mean_tokens\": true}', pools by",
        "1_Pooling/config.json, '{\"include_prompt\": false}', excludes prompts",
        "sentence_bert_config.json, '{\"do_lower_case\": true}', lower case",
        "sentence_bert_config.json, '{', is not valid JSON",
        "tokenizer.json, '{}', tokenizer",
        "model.onnx, 'no model', cannot be loaded",
    })
    void refusesWhatIsNotBuiltHere(String file, String content, String message) throws IOException {
        write(file, content);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(this::embedder)
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"model.onnx", "tokenizer.json"})
    void refusesADirectoryWithoutAModel(String missing) throws IOException {
        Files.delete(folder.resolve(missing));

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(this::embedder)
                .withMessageContaining("has no " + missing);
    }

    private static double dot(float[] one, float[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(i -> (double) one[i] * other[i])
                .sum();
    }
}
