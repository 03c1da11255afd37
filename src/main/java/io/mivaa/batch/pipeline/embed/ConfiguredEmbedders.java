package io.mivaa.batch.pipeline.embed;

import io.mivaa.batch.pipeline.ProviderTurns;
import io.mivaa.batch.pipeline.TokenCounter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** Registers an embedder for each configured provider and each model directory. */
final class ConfiguredEmbedders implements BeanRegistrar {

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        EmbeddingModelsSettings settings =
                Binder.get(environment).bindOrCreate("mivaa.embedding", EmbeddingModelsSettings.class);
        settings.providers()
                .forEach((name, provider) -> registry.registerBean(
                        "embedder " + name,
                        OpenAiEmbedder.class,
                        spec -> spec.supplier(context -> new OpenAiEmbedder(
                                name,
                                provider,
                                counter(provider.tokenizer()),
                                context.beanProvider(ProviderTurns.class).getIfAvailable(() -> ProviderTurns.FREE),
                                new EmbeddingEndpoint(name, provider, key(name, provider, environment))))));
        settings.onnxModels()
                .forEach((name, directory) -> registry.registerBean(
                        "onnx " + name,
                        OnnxEmbedder.class,
                        spec -> spec.supplier(context -> new OnnxEmbedder(
                                name,
                                new OnnxDirectory(directory),
                                context.bean(OnnxSettings.class).threads()))));
    }

    private static TokenCounter counter(@Nullable Path tokenizer) {
        return tokenizer == null ? EstimatedTokens.INSTANCE : WordPieces.of(tokenizer);
    }

    /** Reads the key only from the environment of the process: other users can see files and command lines. */
    private static @Nullable String key(String provider, OpenAiSettings settings, Environment environment) {
        String variable = settings.apiKeyVariable();
        if (variable == null) {
            return null;
        }
        Object key = environment instanceof org.springframework.core.env.ConfigurableEnvironment all
                ? all.getSystemEnvironment().get(variable)
                : null;
        if (key == null) {
            throw new IllegalArgumentException("mivaa.embedding.providers." + provider + ".api-key-variable names "
                    + variable + ", but there is no such environment variable");
        }
        return key.toString();
    }
}
