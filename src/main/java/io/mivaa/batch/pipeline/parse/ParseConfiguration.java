package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.parse.html.EpubParser;
import io.mivaa.batch.pipeline.parse.html.HtmlParser;
import io.mivaa.batch.pipeline.parse.legacy.LegacyOfficeParser;
import io.mivaa.batch.pipeline.parse.mail.MailParser;
import io.mivaa.batch.pipeline.parse.mivaa.MivaaParser;
import io.mivaa.batch.pipeline.parse.odf.OdfParser;
import io.mivaa.batch.pipeline.parse.ooxml.OoxmlParser;
import io.mivaa.batch.pipeline.parse.pdf.PdfParser;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.pdf.ocr.Tesseract;
import io.mivaa.batch.pipeline.parse.rtf.RtfParser;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import io.mivaa.batch.pipeline.parse.text.CsvParser;
import io.mivaa.batch.pipeline.parse.text.MarkdownParser;
import io.mivaa.batch.pipeline.parse.text.TextParser;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ParseConfiguration {

    @Bean
    Parser pdfParser(ParseSettings settings, OcrSettings ocr) {
        return new PdfParser(settings, Tesseract.find(ocr));
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
    Parser mivaaParser(ParseSettings settings, ContainerSettings containers) {
        return new MivaaParser(settings, containers);
    }

    @Bean
    Parser csvParser(ContainerSettings containers) {
        return new CsvParser(containers);
    }

    @Bean
    Parser ooxmlParser(ContainerSettings containers) {
        return new OoxmlParser(containers);
    }

    @Bean
    Parser odfParser(ContainerSettings containers) {
        return new OdfParser(containers);
    }

    @Bean
    Parser epubParser(ContainerSettings containers) {
        return new EpubParser(containers);
    }

    @Bean
    Parser rtfParser(ContainerSettings containers) {
        return new RtfParser(containers);
    }

    @Bean
    MailParser mailParser(ContainerSettings containers, ObjectProvider<Parser> parsers) {
        return new MailParser(containers, () -> parsers.orderedStream().toList(), ContentFormats::new);
    }

    @Bean
    Parser legacyOfficeParser(ContainerSettings containers, MailParser mails) {
        return new LegacyOfficeParser(containers, mails);
    }

    @Bean
    Formats formats(List<Parser> parsers) {
        return new ContentFormats(parsers);
    }
}
