package io.mivaa.batch.pipeline.embed;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Registers the built-in embedder and the configured ones. */
@Configuration(proxyBeanMethods = false)
@Import(ConfiguredEmbedders.class)
class EmbedConfiguration {

    @Bean(destroyMethod = "close")
    OnnxEmbedder onnxEmbedder(OnnxSettings settings) {
        OnnxEmbedder embedder = new OnnxEmbedder(settings.threads());
        embedder.warmUp();
        return embedder;
    }
}
