package io.mivaa.batch.pipeline.embed;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The embedding models besides the built-in one.
 *
 * @param providers OpenAI-compatible endpoints, by the provider name that batches use
 * @param onnxModels directories with a model to run in this process, by name; batches use {@code onnx/<name>}
 */
@ConfigurationProperties("mivaa.embedding")
record EmbeddingModelsSettings(
        @DefaultValue Map<String, OpenAiSettings> providers,
        @DefaultValue Map<String, Path> onnxModels) {

    /** Without a slash, which separates provider and model in {@code provider/model}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    EmbeddingModelsSettings {
        providers = Map.copyOf(providers);
        onnxModels = Map.copyOf(onnxModels);
        providers.keySet().forEach(name -> requireValid("providers", name));
        onnxModels.keySet().forEach(name -> requireValid("onnx-models", name));
        if (providers.containsKey(OnnxEmbedder.PROVIDER)) {
            throw new IllegalArgumentException(
                    "mivaa.embedding.providers must not use the name of the models in the process: "
                            + OnnxEmbedder.PROVIDER);
        }
    }

    private static void requireValid(String property, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("mivaa.embedding." + property
                    + " needs names of 1 to 64 letters, digits, dots, hyphens and underscores: " + name);
        }
    }
}
