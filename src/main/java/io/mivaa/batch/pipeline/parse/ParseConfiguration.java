package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.Parser;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ParseConfiguration {

    @Bean
    Parser pdfParser(ParseSettings settings) {
        return new PdfParser(settings);
    }

    @Bean
    Parser markdownParser() {
        return new MarkdownParser();
    }

    @Bean
    Parser textParser() {
        return new TextParser();
    }

    @Bean
    Parser htmlParser() {
        return new HtmlParser();
    }

    @Bean
    Parser mivaaParser(ParseSettings settings) {
        return new MivaaParser(settings);
    }

    @Bean
    Formats formats(List<Parser> parsers) {
        return new ContentFormats(parsers);
    }
}
