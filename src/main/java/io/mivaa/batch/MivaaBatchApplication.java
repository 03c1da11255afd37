package io.mivaa.batch;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** The service. Each module under this package configures its own beans; only the clock is shared by all. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class MivaaBatchApplication {

    public static void main(String[] args) {
        SpringApplication.run(MivaaBatchApplication.class, args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
