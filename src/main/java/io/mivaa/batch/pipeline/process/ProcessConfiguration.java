package io.mivaa.batch.pipeline.process;

import io.mivaa.batch.pipeline.Isolation;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ProcessConfiguration {

    @Bean
    Isolation isolation(ProcessSettings settings, ParseSettings parse, OcrSettings ocr, ContainerSettings containers) {
        return settings.enabled()
                ? new ParserProcesses(
                        ProcessCommand.of(settings),
                        new Messages.Setup(
                                parse, ocr, containers, settings.idle().toMillis()))
                : Isolation.NONE;
    }
}
