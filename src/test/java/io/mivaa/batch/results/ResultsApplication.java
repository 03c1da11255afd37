package io.mivaa.batch.results;

import io.mivaa.batch.pipeline.Embedder;
import java.time.Clock;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;

/** The part of the application that has to do with results. No configuration class, so that no scan finds it. */
@EnableAutoConfiguration
@ConfigurationPropertiesScan({"io.mivaa.batch.access", "io.mivaa.batch.job", "io.mivaa.batch.results"})
@ComponentScan({"io.mivaa.batch.http", "io.mivaa.batch.job", "io.mivaa.batch.results", "io.mivaa.batch.access"})
public class ResultsApplication {

    public static final WordEmbedder EMBEDDER = new WordEmbedder("plain", 64);
    public static final WordEmbedder OTHER_EMBEDDER = new WordEmbedder("other", 32);

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    Embedder embedder() {
        return EMBEDDER;
    }

    @Bean
    Embedder otherEmbedder() {
        return OTHER_EMBEDDER;
    }
}
