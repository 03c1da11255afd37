package io.mivaa.batch.pipeline.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.parse.html.EpubTests;
import io.mivaa.batch.pipeline.parse.html.HtmlParser;
import io.mivaa.batch.pipeline.parse.legacy.LegacyOfficeTests;
import io.mivaa.batch.pipeline.parse.ooxml.DocxTests;
import io.mivaa.batch.pipeline.parse.ooxml.OoxmlParser;
import io.mivaa.batch.pipeline.parse.pdf.PdfParser;
import io.mivaa.batch.pipeline.parse.pdf.PdfParserTests;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import io.mivaa.batch.pipeline.parse.text.TextParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentFormatsTests {

    private final Formats formats = new ContentFormats(
            List.of(new PdfParser(PdfParserTests.SETTINGS, null), new TextParser(), new HtmlParser()));

    @Test
    void supportsWhatItsParsersRead() {
        assertThat(formats.supported()).containsExactlyInAnyOrder("application/pdf", "text/plain", "text/html");
    }

    @Test
    void knowsAPdfByItsContent() {
        assertThat(detect("%PDF-1.7\n%\u00E2\u00E3", "notes.txt", "text/plain")).isEqualTo("application/pdf");
        assertThat(detect("junk\r\nmore junk\n%PDF-1.4\n1 0 obj\n<<>>", "x", null))
                .isEqualTo("application/pdf");
    }

    @Test
    void takesTextThatSpeaksOfPdfForText() {
        assertThat(detect("no PDF at all", "report.pdf", "application/pdf")).isEqualTo("text/plain");
        assertThat(detect("A PDF begins with %PDF-1.4 and goes on.", "a.txt", null))
                .isEqualTo("text/plain");
        assertThat(detect("x".repeat(2000) + "%PDF-1.4\n1 0 obj", "a.txt", null))
                .isEqualTo("text/plain");
    }

    @ParameterizedTest
    @CsvSource({
        "a.txt,,text/plain",
        "a.md,,text/markdown",
        "A.MD,text/plain,text/markdown",
        "a.csv,,text/csv",
        "a.tsv,,text/tab-separated-values",
        "a.html,,text/html",
        "a.json,,application/json",
        "a,text/markdown;charset=utf-8,text/markdown",
        "a,application/vnd.mivaa+json,application/vnd.mivaa+json",
        "a.json,application/vnd.mivaa+json,application/vnd.mivaa+json",
        "a,application/octet-stream,text/plain",
        "a,image/png,text/plain",
        "a.docx,,text/plain",
        "a,,text/plain"
    })
    void letsNameAndDeclaredTypeDecideAmongKindsOfText(String name, @Nullable String declared, String expected) {
        assertThat(detect("Just some words", name, declared)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE html><p>x",
                "  \n<html lang=en>",
                "<!-- a --><!doctype HTML>",
                "<?xml version=\"1.0\"?>\n<html xmlns=\"x\">"
            })
    void knowsHtmlByItsBeginning(String html) {
        assertThat(detect(html, "page.txt", "text/plain")).isEqualTo("text/html");
    }

    @Test
    void takesNoTextWithTagsForHtml() {
        assertThat(detect("# Title\n<div>x</div>", "readme.md", null)).isEqualTo("text/markdown");
        assertThat(detect("The <html> tag", "a.txt", null)).isEqualTo("text/plain");
    }

    @Test
    void knowsJsonOnlyWhenNothingElseIsSaid() {
        assertThat(detect("{\"markdown\": \"x\"}", "upload", "application/octet-stream"))
                .isEqualTo("application/json");
        assertThat(detect("{\"markdown\": \"x\"}", "a.txt", null)).isEqualTo("text/plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "windows-1252", "windows-1251"})
    void knowsTextInAnyEncoding(String charset) {
        String text = charset.endsWith("1251") ? "Обжиг плитки\n" : "Größe der Öfen\n";

        assertThat(formats.detect(text.repeat(9).getBytes(Charset.forName(charset)), "a.txt", null))
                .isEqualTo("text/plain");
    }

    @Test
    void knowsTextWhoseHeadEndsWithinACharacter() {
        byte[] text = "ä".repeat(Formats.HEAD_BYTES).getBytes(StandardCharsets.UTF_8);

        assertThat(formats.detect(Arrays.copyOfRange(text, 1, 1 + Formats.HEAD_BYTES), "a", null))
                .isEqualTo("text/plain");
    }

    @Test
    void takesBinaryDataForNoText() {
        byte[] noise = new byte[4000];
        new Random(1).nextBytes(noise);

        assertThat(formats.detect(noise, "a.txt", "text/plain")).isEqualTo("application/octet-stream");
        assertThat(detect("text with \0 in it", "a.txt", "text/plain")).isEqualTo("application/octet-stream");
        assertThat(formats.detect(noise, "a.pdf", "application/pdf")).isEqualTo("application/octet-stream");
    }

    @Test
    void namesContainersByTheirName() throws IOException {
        byte[] zip = zip("word/document.xml");

        assertThat(formats.detect(zip, "a.zip", null)).isEqualTo("application/zip");
        assertThat(formats.detect(zip, "a.docx", null))
                .isEqualTo("application/vnd.openxmlformats-officedocument.wordprocessingml.document");
        assertThat(formats.detect(zip, "a.txt", "text/plain")).isEqualTo("application/zip");
    }

    @Test
    void knowsOtherFormatsByTheirMagicNumbers() {
        assertThat(detect("{\\rtf1\\ansi Hello}", "a.txt", null)).isEqualTo("application/rtf");
        assertThat(formats.detect(
                        new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n', 0, 0, 0, 13}, "a.txt", null))
                .isEqualTo("image/png");
    }

    @Test
    void takesNothingForText() {
        assertThat(formats.detect(new byte[0], "a.md", null)).isEqualTo("text/markdown");
        assertThat(formats.detect(new byte[0], "a", null)).isEqualTo("text/plain");
    }

    private String detect(String content, String name, @Nullable String declared) {
        return formats.detect(content.getBytes(StandardCharsets.UTF_8), name, declared);
    }

    private static byte[] zip(String entry) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write("<x/>".getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Test
    void takesAnArchiveThatHoldsAnOfficeDocumentAsItIsForAnArchive() throws IOException {
        byte[] document = DocxTests.document("");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            ZipEntry entry = new ZipEntry("a/document.docx");
            CRC32 sum = new CRC32();
            sum.update(document);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(document.length);
            entry.setCompressedSize(document.length);
            entry.setCrc(sum.getValue());
            zip.putNextEntry(entry);
            zip.write(document);
        }

        assertThat(formats.detect(bytes.toByteArray(), "documents.zip", null)).isEqualTo("application/zip");
    }

    @Test
    void knowsDocumentsThatAreArchivesByTheirEntries() {
        assertThat(formats.detect(DocxTests.document(""), "a.zip", null)).isEqualTo(OoxmlParser.WORD);
        assertThat(formats.detect(EpubTests.book().bytes(), "a.zip", null)).isEqualTo("application/epub+zip");
        assertThat(formats.detect(ooxml("xl/workbook.xml"), "a.docx", null)).isEqualTo(OoxmlParser.EXCEL);
        assertThat(formats.detect(ooxml("ppt/presentation.xml"), "a", null)).isEqualTo(OoxmlParser.POWERPOINT);
        assertThat(formats.detect(ooxml("other.xml"), "a", null)).isEqualTo(OoxmlParser.SOME_OOXML);
        assertThat(formats.detect(new ZipSketch().with("mimetype", "text/plain").bytes(), "a", null))
                .isEqualTo("application/zip");
    }

    private static byte[] ooxml(String entry) {
        return new ZipSketch()
                .with("[Content_Types].xml", "<Types/>")
                .with(entry, "<x/>")
                .bytes();
    }

    @Test
    void knowsMailByNameOrDeclarationAndHeaders() {
        String mail = "Received: from a\r\nMessage-ID: <x>\r\nFrom: a@b\r\nSubject: x\r\n\r\nHello";

        assertThat(detect(mail, "a.eml", null)).isEqualTo("message/rfc822");
        assertThat(detect(mail, "a", "message/rfc822")).isEqualTo("message/rfc822");
        assertThat(detect(mail, "a", null)).isEqualTo("message/rfc822");
        assertThat(detect(mail, "a.txt", null)).isEqualTo("text/plain");
        assertThat(detect("no mail", "a.eml", "message/rfc822")).isEqualTo("text/plain");
    }

    @Test
    void takesAFileSystemWithinAFileForSomeOfficeDocument() {
        byte[] file = new LegacyOfficeTests().sample();

        assertThat(formats.detect(file, "a.xls", null)).isEqualTo("application/vnd.ms-excel");
        assertThat(formats.detect(file, "a", null)).isEqualTo("application/x-tika-msoffice");
    }
}
