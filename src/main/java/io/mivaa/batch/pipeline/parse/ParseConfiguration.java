package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ParseConfiguration {

    @Bean
    List<Parser> parsers(ParseSettings settings, OcrSettings ocr, ContainerSettings containers) {
        return Parsers.all(settings, ocr, containers);
    }

    @Bean
    Formats formats(List<Parser> parsers) {
        return new ContentFormats(parsers);
    }
}
