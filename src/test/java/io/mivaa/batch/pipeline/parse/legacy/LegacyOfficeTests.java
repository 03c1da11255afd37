package io.mivaa.batch.pipeline.parse.legacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.PageRange;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.ContentFormats;
import io.mivaa.batch.pipeline.parse.mail.MailParser;
import io.mivaa.batch.pipeline.parse.source.ParserContract;
import io.mivaa.batch.pipeline.parse.source.ZipSketch;
import io.mivaa.batch.pipeline.parse.text.TextParser;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.poi.hslf.usermodel.HSLFSlide;
import org.apache.poi.hslf.usermodel.HSLFSlideShow;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;
import org.apache.poi.hssf.usermodel.HSSFWorkbook;
import org.apache.poi.poifs.filesystem.DirectoryEntry;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.usermodel.SheetVisibility;
import org.apache.poi.ss.util.CellRangeAddress;
import org.junit.jupiter.api.Test;

public class LegacyOfficeTests extends ParserContract {

    @Override
    public Parser parser() {
        MailParser mails = new MailParser(ZipSketch.SETTINGS, () -> List.of(new TextParser()), ContentFormats::new);
        return new LegacyOfficeParser(ZipSketch.SETTINGS, mails);
    }

    @Override
    public byte[] sample() {
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
    void leavesOutWhatAnOldWorkbookHidesAndSpreadsWhatItMerges() throws IOException {
        try (HSSFWorkbook book = new HSSFWorkbook();
                ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            fill(book.createSheet("Shown"));
            fill(book.createSheet("Hidden"));
            fill(book.createSheet("Very hidden"));
            book.setSheetHidden(1, true);
            book.setSheetVisibility(2, SheetVisibility.VERY_HIDDEN);
            book.write(out);

            ParsedDocument document = parse(out.toByteArray());

            assertThat(document.text()).isEqualTo("""
                    # Shown

                    | Item | Cost |
                    | --- | --- |
                    | Clay | 5 |
                    | Clay | 6 |
                    | Wax | 8 |""");
            assertThat(document.warnings())
                    .containsExactly(
                            new Warning("hidden-content", "Left out: 2 hidden sheets, 1 hidden row, 1 hidden column."));
        }
    }

    @Test
    void keepsWhatAFilterOfAnOldWorkbookHasHidden() throws IOException {
        try (var in = Objects.requireNonNull(getClass().getResourceAsStream("/documents/hidden.xls"))) {
            ParsedDocument document = parse(in.readAllBytes());

            assertThat(document.text()).isEqualTo("""
                    # Plain

                    | Item | Cost |
                    | --- | --- |
                    | Clay | 5 |
                    | Glaze | 6 |
                    | Wax | 8 |

                    # Filtered

                    | Item | Margin | Cost |
                    | --- | --- | --- |
                    | Clay | 90 | 5 |
                    | Secret | 1 | 7 |
                    | Glaze | 80 | 6 |
                    | Wax | 70 | 8 |""");
            assertThat(document.warnings())
                    .containsExactly(
                            new Warning("hidden-content", "Left out: 1 hidden sheet, 1 hidden row, 1 hidden column."));
            assertThat(document.metadata().createdAt()).isNull();
        }
    }

    private static void fill(Sheet sheet) {
        Object[][] rows = {
            {"Item", "Margin", "Cost"}, {"Clay", 1, 5}, {"", 2, 6}, {"Secret", 3, 7}, {"Wax", 4, 8},
        };
        for (int i = 0; i < rows.length; i++) {
            Row row = sheet.createRow(i);
            for (int j = 0; j < rows[i].length; j++) {
                if (rows[i][j] instanceof Integer number) {
                    row.createCell(j).setCellValue(number);
                } else {
                    row.createCell(j).setCellValue(String.valueOf(rows[i][j]));
                }
            }
        }
        sheet.addMergedRegion(new CellRangeAddress(1, 2, 0, 0));
        sheet.setColumnHidden(1, true);
        sheet.getRow(3).setZeroHeight(true);
        sheet.groupRow(4, 4);
        sheet.setRowGroupCollapsed(4, true);
    }

    static byte[] slides() throws IOException {
        try (HSLFSlideShow show = new HSLFSlideShow();
                ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            HSLFSlide slide = show.createSlide();
            slide.addTitle().setText("Glazes");
            show.write(out);
            return out.toByteArray();
        }
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

    private static byte[] bytes(POIFSFileSystem files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        files.writeFilesystem(out);
        return out.toByteArray();
    }
}
