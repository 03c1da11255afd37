package io.mivaa.batch.pipeline;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Assembles the pipeline from all parsers, chunkers and embedders. */
@Configuration(proxyBeanMethods = false)
class PipelineConfiguration {

    @Bean
    Pipeline pipeline(
            ObjectProvider<Parser> parsers,
            ObjectProvider<Chunker> chunkers,
            ObjectProvider<Embedder> embedders,
            Transformer transformer,
            ParseLimitsSettings parsing,
            ChunkingSettings chunking,
            EmbeddingStageSettings embedding) {
        return new Pipeline(
                parsers.orderedStream().toList(),
                chunkers.orderedStream().toList(),
                embedders.orderedStream().toList(),
                transformer,
                parsing.limits(),
                new PipelineOptions(chunking.options(), embedding.model()),
                embedding.batchSize());
    }
}
