package io.mivaa.batch.commandline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.TimeZone;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;

/**
 * Sets the texts under {@code src/test/resources/demo} as the PDF files of the demo: {@code # } title, {@code ## }
 * heading, {@code | } row of a table, anything else a paragraph. Run by hand when a text
 * has changed: arguments are the folder of the texts and the one of the PDF files.
 */
final class SampleSheets {

    private static final PDFont REGULAR = new PDType1Font(FontName.HELVETICA);
    private static final PDFont BOLD = new PDType1Font(FontName.HELVETICA_BOLD);
    private static final float MARGIN = 64;
    private static final float WIDTH = PDRectangle.A4.getWidth() - 2 * MARGIN;
    private static final float TOP = PDRectangle.A4.getHeight() - 92;
    private static final float BOTTOM = 76;
    private static final float LEADING = 1.4f;

    private final PDDocument document = new PDDocument();
    private final List<PDPage> pages = new ArrayList<>();
    private String title = "";
    private PDPageContentStream page;
    private float y;

    private SampleSheets() throws IOException {
        this.page = newPage();
    }

    public static void main(String[] args) throws IOException {
        List<Path> texts;
        try (var entries = Files.list(Path.of(args[0]))) {
            texts = entries.sorted().toList();
        }
        for (Path text : texts) {
            String name = text.getFileName().toString().replace(".txt", ".pdf");
            new SampleSheets().set(Files.readString(text, UTF_8), Path.of(args[1], name));
        }
    }

    private void set(String text, Path target) throws IOException {
        try (document) {
            for (String line : text.lines().toList()) {
                setLine(line);
            }
            page.close();
            for (int i = 0; i < pages.size(); i++) {
                frame(pages.get(i), i + 1);
            }
            describe();
            document.save(target.toFile());
        }
    }

    private void setLine(String line) throws IOException {
        if (line.startsWith("# ")) {
            title = line.substring(2);
            paragraph(title, BOLD, 19);
        } else if (line.startsWith("## ")) {
            y -= 8;
            paragraph(line.substring(3), BOLD, 13.5f);
        } else if (line.startsWith("| ")) {
            row(List.of(line.substring(2).split(" \\| ", -1)));
        } else if (line.isBlank()) {
            y -= 5;
        } else {
            paragraph(line, REGULAR, 11);
        }
    }

    private void paragraph(String text, PDFont font, float size) throws IOException {
        var line = new StringBuilder();
        for (String word : List.of(text.split(" ", -1))) {
            if (font.getStringWidth(line + word) / 1000 * size > WIDTH) {
                write(line.toString().trim(), MARGIN, font, size);
                y -= size * LEADING;
                line.setLength(0);
            }
            line.append(word).append(' ');
        }
        write(line.toString().trim(), MARGIN, font, size);
        y -= size * LEADING + 4;
    }

    private void row(List<String> cells) throws IOException {
        float column = WIDTH / cells.size();
        for (int i = 0; i < cells.size(); i++) {
            write(cells.get(i), MARGIN + i * column, REGULAR, 10);
        }
        page.setLineWidth(0.4f);
        page.moveTo(MARGIN, y - 4);
        page.lineTo(MARGIN + WIDTH, y - 4);
        page.stroke();
        y -= 16;
    }

    private void write(String text, float x, PDFont font, float size) throws IOException {
        if (y < BOTTOM) {
            page.close();
            page = newPage();
        }
        page.beginText();
        page.setFont(font, size);
        page.newLineAtOffset(x, y);
        page.showText(text);
        page.endText();
    }

    private PDPageContentStream newPage() throws IOException {
        var fresh = new PDPage(PDRectangle.A4);
        document.addPage(fresh);
        pages.add(fresh);
        y = TOP;
        return new PDPageContentStream(document, fresh);
    }

    /** Running header and page number, as real sheets have them. */
    private void frame(PDPage target, int number) throws IOException {
        try (var frame = new PDPageContentStream(document, target, PDPageContentStream.AppendMode.APPEND, true)) {
            page = frame;
            y = PDRectangle.A4.getHeight() - 48;
            write(title, MARGIN, REGULAR, 8.5f);
            y = BOTTOM;
            frame.beginText();
            frame.setFont(REGULAR, 8.5f);
            frame.newLineAtOffset(MARGIN, 40);
            frame.showText("Page " + number + " of " + pages.size());
            frame.endText();
        }
    }

    private void describe() {
        var information = document.getDocumentInformation();
        information.setTitle(title);
        information.setAuthor("Mivaa Batch samples");
        var date = Calendar.getInstance(TimeZone.getTimeZone("UTC"), java.util.Locale.ROOT);
        date.clear();
        date.set(2026, Calendar.JANUARY, 1);
        information.setCreationDate(date);
        document.setDocumentId(1L);
    }
}
