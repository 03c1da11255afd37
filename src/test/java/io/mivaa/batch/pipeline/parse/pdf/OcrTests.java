package io.mivaa.batch.pipeline.parse.pdf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.pdf.ocr.Tesseract;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that are images. The tests of the real program need Tesseract and are passed over where it is not installed. */
class OcrTests {

    private static final OcrSettings REAL = settings("tesseract", List.of("eng"), Duration.ofMinutes(1));

    @TempDir
    private Path folder;

    @Test
    void readsAScannedPageWithTheRealProgram() throws IOException {
        Tesseract tesseract = Tesseract.find(REAL);
        Assumptions.assumeTrue(tesseract != null, "Tesseract is not installed");

        ParsedDocument document = parse(scanOf("Tiles are fired twice", "when they carry a glaze."), tesseract);

        assertThat(document.text()).contains("Tiles are fired twice").contains("glaze");
        assertThat(document.warnings()).extracting(Warning::code).containsExactly("read-by-ocr");
        assertThat(document.warnings()).extracting(Warning::page).containsExactly(1);
    }

    @Test
    void takesTheWordsAndTheirPlacesFromThePrintedTable() throws IOException {
        Tesseract tesseract = Tesseract.find(settings(program("""
                printf '5\\t1\\t1\\t1\\t1\\t1\\t300\\t300\\t200\\t40\\t91\\tTiles\\n'
                printf '5\\t1\\t1\\t1\\t1\\t2\\t520\\t300\\t200\\t40\\t93\\t|fired|\\n'
                printf '5\\t1\\t1\\t1\\t2\\t1\\t300\\t350\\t200\\t40\\t92\\ttwice.\\n'
                printf '5\\t1\\t2\\t1\\t1\\t1\\t300\\t900\\t200\\t40\\t90\\t|\\n'
                """), List.of("eng"), Duration.ofSeconds(20)));

        ParsedDocument document = parse(scanOf("whatever"), tesseract);

        assertThat(document.text()).isEqualTo("Tiles fired twice.");
    }

    @Test
    void tellsOfAPageThatCouldHardlyBeRead() throws IOException {
        Tesseract tesseract = Tesseract.find(settings(
                program("printf '5\\t1\\t1\\t1\\t1\\t1\\t300\\t300\\t200\\t40\\t21\\tTllcs\\n'\n"),
                List.of("eng"),
                Duration.ofSeconds(20)));

        assertThat(parse(scanOf("whatever"), tesseract).warnings())
                .extracting(Warning::code)
                .containsExactly("ocr-uncertain");
    }

    @Test
    void leavesAPageWithoutTextWhenTheProgramFailsOrTakesTooLong() throws IOException {
        Tesseract failing = Tesseract.find(settings(program("exit 3\n"), List.of("eng"), Duration.ofSeconds(20)));
        Tesseract hanging =
                Tesseract.find(settings(program("exec sleep 60\n"), List.of("eng"), Duration.ofMillis(200)));

        for (Tesseract tesseract : new Tesseract[] {failing, hanging}) {
            assertThat(tesseract).isNotNull();
            assertThatThrownBy(() -> parse(scanOf("whatever"), tesseract))
                    .isInstanceOfSatisfying(
                            Rejected.class,
                            rejected -> assertThat(rejected.code()).isEqualTo("no-text"));
        }
        try (var left = Files.list(folder)) {
            assertThat(left.filter(file -> file.toString().endsWith(".png"))).isEmpty();
        }
    }

    @Test
    void isNotThereWhereItIsNotInstalledOrKnowsNoneOfTheLanguagesOrIsSwitchedOff() throws IOException {
        assertThat(Tesseract.find(settings("no-such-program-at-all", List.of("eng"), Duration.ofSeconds(1))))
                .isNull();
        assertThat(Tesseract.find(settings(program(""), List.of("tlh"), Duration.ofSeconds(1))))
                .isNull();
        assertThat(Tesseract.find(new OcrSettings(
                        false, program(""), List.of("eng"), 300, 40_000_000, 200, Duration.ofSeconds(1))))
                .isNull();
    }

    @Test
    void readsNoMorePagesThanTheLimit() throws IOException {
        Tesseract none = Tesseract.find(
                new OcrSettings(true, program("exit 3\n"), List.of("eng"), 300, 40_000_000, 0, Duration.ofSeconds(1)));

        assertThatThrownBy(() -> parse(scanOf("whatever"), none)).isInstanceOf(Rejected.class);
        assertThat(folder.resolve("called")).doesNotExist();
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThatThrownBy(() -> settings(" ", List.of("eng"), Duration.ofSeconds(1)))
                .hasMessageContaining("mivaa.parse.ocr.command");
        assertThatThrownBy(() -> settings("x", List.of("eng; rm"), Duration.ofSeconds(1)))
                .hasMessageContaining("mivaa.parse.ocr.languages");
        assertThatThrownBy(() -> settings("x", List.of("eng"), Duration.ZERO))
                .hasMessageContaining("mivaa.parse.ocr.page-timeout");
        assertThatThrownBy(() -> new OcrSettings(true, "x", List.of(), 10, 40_000_000, 1, Duration.ofSeconds(1)))
                .hasMessageContaining("mivaa.parse.ocr.resolution");
        assertThatThrownBy(() -> new OcrSettings(true, "x", List.of(), 300, 10, 1, Duration.ofSeconds(1)))
                .hasMessageContaining("mivaa.parse.ocr.max-pixels");
    }

    private static OcrSettings settings(String command, List<String> languages, Duration limit) {
        return new OcrSettings(true, command, languages, 300, 40_000_000, 200, limit);
    }

    /** A program that knows English and does this with a page. */
    private String program(String reading) throws IOException {
        Path file = folder.resolve("ocr-" + Integer.toHexString(reading.hashCode()));
        Files.writeString(
                file,
                "#!/bin/sh\nif [ \"$1\" = --list-langs ]; then echo eng; exit; fi\ntouch " + folder.resolve("called")
                        + "\n" + reading);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file.toString();
    }

    private static byte[] scanOf(String... lines) throws IOException {
        BufferedImage image;
        PdfSketch printed = new PdfSketch().page();
        for (int i = 0; i < lines.length; i++) {
            printed.heading(72, 100 + 30 * i, 18, lines[i]);
        }
        try (PDDocument document = org.apache.pdfbox.Loader.loadPDF(printed.bytes())) {
            image = new PDFRenderer(document).renderImageWithDPI(0, 150, ImageType.GRAY);
        }
        try (PDDocument scan = new PDDocument()) {
            PDPage page = new PDPage(PDRectangle.LETTER);
            scan.addPage(page);
            try (PDPageContentStream content = new PDPageContentStream(scan, page)) {
                content.drawImage(LosslessFactory.createFromImage(scan, image), 0, 0, 612, 792);
            }
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            scan.save(bytes);
            return bytes.toByteArray();
        }
    }

    private ParsedDocument parse(byte[] pdf, @Nullable Tesseract tesseract) throws IOException {
        Path file = Files.write(folder.resolve("scan.pdf"), pdf);
        return new PdfParser(PdfParserTests.SETTINGS, tesseract)
                .parse(
                        new Source("scan.pdf", "application/pdf", file, Files.size(file), "0".repeat(64)),
                        new ParseLimits(10, 100_000),
                        ParseProgress.NONE);
    }
}
