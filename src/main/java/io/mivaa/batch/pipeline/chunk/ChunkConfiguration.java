package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.Chunker;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Registers the chunkers. */
@Configuration(proxyBeanMethods = false)
class ChunkConfiguration {

    @Bean
    Chunker structureChunker() {
        return new StructureChunker();
    }

    @Bean
    Chunker recursiveChunker() {
        return new RecursiveChunker();
    }

    @Bean
    Chunker sentenceChunker() {
        return new SentenceChunker();
    }

    @Bean
    Chunker pageChunker() {
        return new PageChunker();
    }

    @Bean
    Chunker fixedChunker() {
        return new FixedChunker();
    }
}
