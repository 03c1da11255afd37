package io.mivaa.batch.pipeline.embed;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The embedders there are besides the one of the class path.
 *
 * @param providers OpenAI-compatible endpoints by the names that batches use for them
 * @param onnxModels directories with a model to be run in this process, by name: the models {@code onnx/<name>}
 */
@ConfigurationProperties("mivaa.embedding")
record EmbeddingModelsSettings(
        @DefaultValue Map<String, OpenAiSettings> providers,
        @DefaultValue Map<String, Path> onnxModels) {

    /** No slash, which ends the provider in {@code provider/model}. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    EmbeddingModelsSettings {
        providers = Map.copyOf(providers);
        onnxModels = Map.copyOf(onnxModels);
        providers.keySet().forEach(name -> refuseBad("providers", name));
        onnxModels.keySet().forEach(name -> refuseBad("onnx-models", name));
        if (providers.containsKey(OnnxEmbedder.PROVIDER)) {
            throw new IllegalArgumentException(
                    "mivaa.embedding.providers must not have the name of the models in the process: "
                            + OnnxEmbedder.PROVIDER);
        }
    }

    private static void refuseBad(String property, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("mivaa.embedding." + property
                    + " needs names of 1 to 64 letters, digits, dots, dashes and underscores: " + name);
        }
    }
}
