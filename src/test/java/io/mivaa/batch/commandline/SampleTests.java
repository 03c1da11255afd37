package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SampleTests {

    @Test
    void bringsRealDocumentsOfSeveralKinds() throws Exception {
        List<Sample> samples = Sample.own();

        assertThat(samples)
                .extracting(Sample::contentType)
                .contains("application/pdf", "text/markdown", "text/html", "text/plain", "application/json");
        assertThat(samples).extracting(Sample::filename).doesNotHaveDuplicates();
        assertThat(samples).allSatisfy(sample -> assertThat(sample.content()).hasSizeGreaterThan(2000));
    }

    @Test
    void bringsPdfsThatHaveTheirTextOnSeveralPages() throws Exception {
        for (Sample sample : Sample.own()) {
            if (sample.contentType().equals("application/pdf")) {
                try (var document = Loader.loadPDF(sample.content())) {
                    assertThat(document.getNumberOfPages()).isBetween(2, 5);
                    String text = new PDFTextStripper().getText(document);
                    assertThat(text).hasSizeGreaterThan(3500).contains("Page 2 of " + document.getNumberOfPages());
                }
            }
        }
    }

    @Test
    void bringsAnExtractionResultInTheCanonicalShape() throws Exception {
        Sample sample = Sample.own().stream()
                .filter(each -> each.filename().endsWith(".mivaa.json"))
                .findFirst()
                .orElseThrow();

        JsonNode result = JsonMapper.shared().readTree(new String(sample.content(), UTF_8));

        assertThat(result.propertyNames())
                .contains("filename", "markdown", "tables", "images", "metadata", "extractionTimestamp");
        JsonNode table = result.get("tables").get(0);
        assertThat(table.get("rows"))
                .allSatisfy(row ->
                        assertThat(row.size()).isEqualTo(table.get("headers").size()));
    }
}
