package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.Chunker;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The chunkers there are. */
@Configuration(proxyBeanMethods = false)
class ChunkConfiguration {

    @Bean
    Chunker structureChunker() {
        return new StructureChunker();
    }
}
