package io.mivaa.batch.pipeline.embed;

import io.mivaa.batch.pipeline.embed.OnnxModel.Pooling;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A custom model in the layout of sentence-transformers: {@code model.onnx} (or {@code onnx/model.onnx}) and {@code
 * tokenizer.json}. Optional files configure it: {@code modules.json}, {@code 1_Pooling/config.json}, {@code
 * sentence_bert_config.json}, {@code config_sentence_transformers.json} and {@code tokenizer_config.json}. The defaults
 * are mean pooling, no prefix, and a limit of 512 tokens. A configuration that is not supported here is refused,
 * because ignoring it would produce other vectors than the model's.
 */
final class OnnxDirectory {

    private static final int USUAL_TOKENS = 512;

    /** Libraries write 10^30 as the length if no limit is set. */
    private static final int UNLIMITED = 1_000_000;

    private final Path directory;
    private final Pooling pooling;
    private final Use use;

    /**
     * How a model expects its texts.
     *
     * @param maxTokens the limit of a text, special tokens included
     * @param variant a fingerprint of everything else that its vectors depend on
     */
    record Use(int maxTokens, String documentPrefix, String queryPrefix, String variant) {

        static Use plain(int maxTokens) {
            return new Use(maxTokens, "", "", "");
        }
    }

    /** @throws IllegalArgumentException when the directory has no usable model */
    OnnxDirectory(Path directory) {
        this.directory = directory;
        require("tokenizer.json");
        refuseOtherModules();
        JsonNode prompts = json("config_sentence_transformers.json");
        this.pooling = pooling(json(pathOf("Pooling", "1_Pooling") + "/config.json"));
        String unnamed = prompt(prompts, prompts.path("default_prompt_name").asString(""));
        String documents = first(prompt(prompts, "document"), prompt(prompts, "passage"), unnamed);
        String queries = first(prompt(prompts, "query"), unnamed);
        this.use = new Use(maxTokens(), documents, queries, fingerprint(documents));
    }

    Use use() {
        return use;
    }

    WordPieces tokenizer() {
        return WordPieces.of(directory.resolve("tokenizer.json"));
    }

    OnnxModel model() {
        return new OnnxModel(file(), pooling);
    }

    private Path file() {
        return Stream.of("model.onnx", "onnx/model.onnx")
                .map(directory::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> wrong("has no model.onnx"));
    }

    private void require(String name) {
        if (!Files.isRegularFile(directory.resolve(name))) {
            throw wrong("has no " + name);
        }
    }

    /** Normalize needs no check: every vector is scaled to unit length anyway. */
    private void refuseOtherModules() {
        for (JsonNode module : json("modules.json")) {
            String type = kind(module);
            if (!List.of("Transformer", "Pooling", "Normalize").contains(type)) {
                throw wrong("has a module " + type + ", which is not supported");
            }
        }
    }

    private String pathOf(String type, String usual) {
        for (JsonNode module : json("modules.json")) {
            if (kind(module).equals(type)) {
                return module.path("path").asString(usual);
            }
        }
        return usual;
    }

    private static String kind(JsonNode module) {
        String type = module.path("type").asString("");
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private Pooling pooling(JsonNode config) {
        if (!config.path("include_prompt").asBoolean(true)) {
            throw wrong("excludes prompts from pooling, which is not supported");
        }
        List<String> modes = new ArrayList<>();
        if (config.path("pooling_mode").isString()) {
            modes.add(config.path("pooling_mode").asString());
        }
        config.propertyStream()
                .filter(mode -> mode.getKey().startsWith("pooling_mode_")
                        && mode.getValue().asBoolean(false))
                .forEach(mode -> modes.add(mode.getKey().replaceAll("pooling_mode_|_tokens?$", "")));
        if (modes.isEmpty() || modes.equals(List.of("mean"))) {
            return Pooling.MEAN;
        }
        if (modes.equals(List.of("cls"))) {
            return Pooling.CLS;
        }
        throw wrong("pools by " + modes + "; only mean and cls are supported");
    }

    private int maxTokens() {
        JsonNode transformer = json("sentence_bert_config.json");
        if (transformer.path("do_lower_case").asBoolean(false)) {
            throw wrong("requires texts to be in lower case before the tokenizer, which is not supported");
        }
        return length(transformer.path("max_seq_length"))
                .orElseGet(() -> length(json("tokenizer_config.json").path("model_max_length"))
                        .orElse(USUAL_TOKENS));
    }

    private static OptionalInt length(JsonNode value) {
        double length = value.asDouble(0);
        return length >= 4 && length < UNLIMITED ? OptionalInt.of((int) length) : OptionalInt.empty();
    }

    private static String prompt(JsonNode config, String name) {
        return config.path("prompts").path(name).asString("");
    }

    private static String first(String... texts) {
        return Stream.of(texts).filter(text -> !text.isEmpty()).findFirst().orElse("");
    }

    /** An empty object if the file is missing. */
    private JsonNode json(String name) {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            return JsonNodeFactory.instance.objectNode();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return JsonMapper.shared().readTree(in);
        } catch (IOException | JacksonException e) {
            throw new IllegalArgumentException("The file " + file + " is not valid JSON", e);
        }
    }

    /** Covers the files and all options that change vectors, so that vectors of a former model are never reused. */
    private String fingerprint(String documentPrefix) {
        try (DigestOutputStream digest =
                new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
            for (Path each : List.of(file(), directory.resolve("tokenizer.json"))) {
                Files.copy(each, digest);
            }
            String rest = String.join("\n", pooling.name(), String.valueOf(maxTokens()), documentPrefix);
            digest.write(rest.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException("The model in " + directory + " cannot be read", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException("The directory " + directory + " of an embedding model " + what);
    }
}
