package io.mivaa.batch.pipeline;

import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Assembles the pipeline from all parsers, chunkers and embedders. */
@Configuration(proxyBeanMethods = false)
class PipelineConfiguration {

    @Bean
    Pipeline pipeline(
            List<Parser> parsers,
            Isolation isolation,
            ObjectProvider<Chunker> chunkers,
            ObjectProvider<Embedder> embedders,
            Transformer transformer,
            ParseLimitsSettings parsing,
            ChunkingSettings chunking,
            EmbeddingStageSettings embedding) {
        return new Pipeline(
                parsers.stream().map(isolation::isolate).toList(),
                chunkers.orderedStream().toList(),
                embedders.orderedStream().toList(),
                transformer,
                parsing.limits(),
                new PipelineOptions(chunking.options(), embedding.model()),
                embedding.batchSize());
    }
}
