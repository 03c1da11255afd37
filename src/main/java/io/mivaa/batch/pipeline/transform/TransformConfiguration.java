package io.mivaa.batch.pipeline.transform;

import io.mivaa.batch.pipeline.Transformer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Registers the transformer. */
@Configuration(proxyBeanMethods = false)
class TransformConfiguration {

    @Bean
    Transformer transformer() {
        return new RagTransformer();
    }
}
