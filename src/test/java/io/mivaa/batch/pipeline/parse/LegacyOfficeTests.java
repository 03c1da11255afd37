package io.mivaa.batch.pipeline.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.PageRange;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParsedDocument;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Table;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.poi.hslf.usermodel.HSLFSlide;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.poifs.filesystem.DirectoryEntry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

class LegacyOfficeTests extends ParserContract {

    @Override
    Parser parser() {
        MailParser mails = new MailParser(ZipSketch.SETTINGS, () -> List.of(new TextParser()));
        return new LegacyOfficeParser(ZipSketch.SETTINGS, mails);
    }

    @Override
    byte[] sample() {
        try (HSSFWorkbook book = new HSSFWorkbook();
                ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            fill(book);
            book.write(out);
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void fill(HSSFWorkbook book) {
        Sheet sheet = book.createSheet("Prices");
        Row head = sheet.createRow(0);
        head.createCell(0).setCellValue("Item");
        head.createCell(1).setCellValue("Cost of it");
        Row row = sheet.createRow(1);
        row.createCell(0).setCellValue("Clay");
        row.createCell(1).setCellValue(5);
    }

    @Test
    void writesOldWorkbooksAsTables() {
        ParsedDocument document = parse(sample());

        assertThat(document.text()).startsWith("# Prices\n\n| Item | Cost of it |");
        assertThat(tables(document))
                .containsExactly(new Table(List.of("Item", "Cost of it"), List.of(List.of("Clay", "5")), null));
    }

    @Test
    void writesOldPresentationsSlideBySlide() throws IOException {
        try (HSLFSlideShow show = new HSLFSlideShow();
                ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            for (String title : List.of("Glazes", "Kilns")) {
                HSLFSlide slide = show.createSlide();
                slide.addTitle().setText(title);
            }
            show.write(out);

            ParsedDocument document = parse(out.toByteArray());

            assertThat(document.text()).contains("Glazes").contains("Kilns");
            assertThat(document.pages()).isEqualTo(2);
            assertThat(document.blocks().get(document.blocks().size() - 1).pages())
                    .isEqualTo(new PageRange(2, 2));
            assertThat(rejection(out.toByteArray(), new ParseLimits(1, 1000)).code())
                    .isEqualTo("too-many-pages");
        }
    }

    @Test
    void readsAMessageOfOutlook() throws IOException {
        try (POIFSFileSystem files = new POIFSFileSystem()) {
            DirectoryEntry root = files.getRoot();
            root.createDocument("__properties_version1.0", new ByteArrayInputStream(new byte[32]));
            string(root, "0037", "Kilns for sale");
            string(root, "0C1A", "A. Potter");
            string(root, "0E04", "B. Buyer");
            string(root, "1000", "Come and see.\r\n\r\nSoon.");
            root.createDirectory("__nameid_version1.0");
            DirectoryEntry attachment = root.createDirectory("__attach_version1.0_#00000000");
            string(attachment, "3707", "list.txt");
            attachment.createDocument(
                    "__substg1.0_37010102",
                    new ByteArrayInputStream("Clay and water".getBytes(StandardCharsets.UTF_8)));

            ParsedDocument document = parse(bytes(files));

            assertThat(document.text())
                    .isEqualTo("# Kilns for sale\n\nFrom: A. Potter\nTo: B. Buyer\n\nCome and see.\n\nSoon.\n\n"
                            + "## Attachment: list.txt\n\nClay and water");
            assertThat(document.metadata().author()).isEqualTo("A. Potter");
        }
    }

    private static void string(DirectoryEntry directory, String tag, String value) throws IOException {
        directory.createDocument(
                "__substg1.0_" + tag + "001F", new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_16LE)));
    }

    @Test
    void rejectsEncryptedFilesOldAndNew() throws IOException {
        try (POIFSFileSystem files = new POIFSFileSystem()) {
            files.createDocument(new ByteArrayInputStream(new byte[64]), "EncryptedPackage");
            files.createDocument(new ByteArrayInputStream(new byte[64]), "EncryptionInfo");
            assertThat(rejection(bytes(files)).code()).isEqualTo("encrypted-document");
        }
        Biff8EncryptionKey.setCurrentUserPassword("secret");
        byte[] encrypted = sample();
        Biff8EncryptionKey.setCurrentUserPassword(null);
        assertThat(rejection(encrypted).code()).isEqualTo("encrypted-document");
    }

    @Test
    void rejectsFileSystemsOfOtherThings() throws IOException {
        try (POIFSFileSystem files = new POIFSFileSystem()) {
            files.createDocument(new ByteArrayInputStream(new byte[64]), "Something");
            assertThat(rejection(bytes(files)).code()).isEqualTo("unsupported-format");
        }
    }

    @Test
    void makesListsOfParagraphsWithBullets() {
        Document page = Jsoup.parse("<p class=list_Paragraph>· one</p><p class=list_Paragraph>· two</p><p>· no list</p>"
                + "<p class=list>3. three</p><p class=list>no marker</p><p class=list></p>");

        WordLists.mark(page);
        MarkdownWriter writer = new MarkdownWriter(LIMITS);
        HtmlFlow.write(page.body(), writer, false);

        assertThat(writer.finish(io.mivaa.batch.pipeline.Metadata.NONE, null, List.of())
                        .text())
                .isEqualTo("- one\n- two\n\n· no list\n\n3. three\n\nno marker");
    }

    private static byte[] bytes(POIFSFileSystem files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.writeFilesystem(out);
        return out.toByteArray();
    }
}
