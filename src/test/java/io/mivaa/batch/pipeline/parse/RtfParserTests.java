package io.mivaa.batch.pipeline.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.ParsedDocument;
import io.mivaa.batch.pipeline.Parser;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RtfParserTests extends ParserContract {

    @Override
    Parser parser() {
        return new RtfParser(ZipSketch.SETTINGS);
    }

    @Override
    byte[] sample() {
        return "{\\rtf1\\ansi\\ansicpg1252{\\info{\\title Glazes}}\\pard Sch\\'f6ne \\b Ofen\\b0\\par Second \\u1086?paragraph\\par}"
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void writesParagraphsInTheirEncoding() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).isEqualTo("Schöne Ofen\n\nSecond оparagraph");
        assertThat(document.metadata().title()).isEqualTo("Glazes");
    }
}
