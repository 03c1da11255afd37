package io.mivaa.batch.pipeline.embed;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the models in this process run.
 *
 * @param threads texts that each model embeds at the same time, for all documents together; 0 for one per processor
 */
@ConfigurationProperties("mivaa.embedding")
record OnnxSettings(@DefaultValue("0") int threads) {

    OnnxSettings {
        if (threads < 0 || threads > 1024) {
            throw new IllegalArgumentException("mivaa.embedding.threads must be between 0 and 1024: " + threads);
        }
        threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }
}
