package io.mivaa.batch.commandline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.commandline.ingest.Selection.Found;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DemoDocumentsTests {

    @TempDir
    private Path folder;

    private List<Found> documents = List.of();

    @BeforeEach
    void copy() throws Exception {
        documents = DemoDocuments.copyTo(folder);
    }

    @Test
    void areRealDocumentsOfSeveralKinds() {
        assertThat(documents)
                .extracting(Found::shown)
                .doesNotHaveDuplicates()
                .extracting(name -> name.substring(name.lastIndexOf('.')))
                .contains(".pdf", ".md", ".html", ".txt", ".json");
        assertThat(documents)
                .allSatisfy(document ->
                        assertThat(document.path()).hasSize(document.bytes()).hasFileName(document.shown()));
        assertThat(documents)
                .allSatisfy(document -> assertThat(document.bytes()).isGreaterThan(2000));
    }

    @Test
    void includePdfsWithTextOnSeveralPages() throws Exception {
        for (Found each : documents) {
            if (each.shown().endsWith(".pdf")) {
                try (var document = Loader.loadPDF(each.path().toFile())) {
                    assertThat(document.getNumberOfPages()).isBetween(2, 5);
                    String text = new PDFTextStripper().getText(document);
                    assertThat(text).hasSizeGreaterThan(3500).contains("Page 2 of " + document.getNumberOfPages());
                }
            }
        }
    }

    @Test
    void includeAnExtractionResultInTheCanonicalShape() throws Exception {
        Found found = documents.stream()
                .filter(each -> each.shown().endsWith(".mivaa.json"))
                .findFirst()
                .orElseThrow();

        JsonNode result = JsonMapper.shared().readTree(Files.readString(found.path()));

        assertThat(result.propertyNames())
                .contains("filename", "markdown", "tables", "images", "metadata", "extractionTimestamp");
        JsonNode table = result.get("tables").get(0);
        assertThat(table.get("rows"))
                .allSatisfy(row ->
                        assertThat(row.size()).isEqualTo(table.get("headers").size()));
    }
}
