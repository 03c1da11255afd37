package io.mivaa.batch.pipeline.parse.pdf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.pdmodel.interactive.action.PDActionURI;
import org.apache.pdfbox.pdmodel.interactive.annotation.PDAnnotationLink;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.util.Matrix;

/** Draws small PDFs: coordinates in points from the upper left corner of a page of 612 by 792. */
final class PdfSketch {

    final PDDocument document = new PDDocument();
    private final PDFont plain = new PDType1Font(FontName.HELVETICA);
    private final PDFont bold = new PDType1Font(FontName.HELVETICA_BOLD);
    private PDPage page = new PDPage(PDRectangle.LETTER);

    PdfSketch page() {
        page = new PDPage(PDRectangle.LETTER);
        document.addPage(page);
        return this;
    }

    /** Plain text of 10 points at x, each line 12 points below the one before. */
    PdfSketch lines(float x, float y, String... lines) {
        for (int i = 0; i < lines.length; i++) {
            draw(plain, 10, x, y + 12 * i, lines[i]);
        }
        return this;
    }

    PdfSketch heading(float x, float y, float size, String text) {
        draw(bold, size, x, y, text);
        return this;
    }

    /** Signs of any script in the order in which they stand on the page. */
    PdfSketch signs(float x, float y, String signs) {
        try (InputStream font =
                PDType1Font.class.getResourceAsStream("/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf")) {
            draw(PDType0Font.load(document, font), 10, x, y, signs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Rows of a table with all its lines, 20 points each. */
    PdfSketch table(float[] xs, float y, String[]... rows) {
        float[] ys = new float[rows.length + 1];
        for (int i = 0; i < ys.length; i++) {
            ys[i] = y + 20 * i;
        }
        return grid(xs, ys).cells(xs, y, 20, rows);
    }

    PdfSketch italic(float x, float y, String text) {
        draw(new PDType1Font(FontName.HELVETICA_OBLIQUE), 10, x, y, text);
        return this;
    }

    /** Cells of 10 points, 3 below the upper line of their row. */
    PdfSketch cells(float[] xs, float y, float step, String[]... rows) {
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < rows[r].length; c++) {
                if (!rows[r][c].isEmpty()) {
                    draw(plain, 10, xs[c] + 3, y + step * r + 12, rows[r][c]);
                }
            }
        }
        return this;
    }

    PdfSketch line(float x0, float y0, float x1, float y1) {
        try (PDPageContentStream content = append()) {
            content.moveTo(x0, 792 - y0);
            content.lineTo(x1, 792 - y1);
            content.stroke();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** A line as many producers draw it: a rectangle hardly thicker than nothing. */
    PdfSketch bar(float x, float y, float width, float height) {
        try (PDPageContentStream content = append()) {
            content.addRect(x, 792 - y, width, height);
            content.fill();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    PdfSketch grid(float[] xs, float... ys) {
        for (float x : xs) {
            line(x, ys[0], x, ys[ys.length - 1]);
        }
        for (float y : ys) {
            line(xs[0], y, xs[xs.length - 1], y);
        }
        return this;
    }

    PdfSketch upwards(float x, float y, String text) {
        try (PDPageContentStream content = append()) {
            content.beginText();
            content.setFont(plain, 10);
            content.setTextMatrix(Matrix.getRotateInstance(Math.PI / 2, x, 792 - y));
            content.showText(text);
            content.endText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    PdfSketch link(float x, float y, float width, String uri) {
        PDAnnotationLink link = new PDAnnotationLink();
        PDActionURI action = new PDActionURI();
        action.setURI(uri);
        link.setAction(action);
        link.setRectangle(new PDRectangle(x, 792 - y - 2, width, 12));
        try {
            page.getAnnotations().add(link);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    PdfSketch image(float x, float y) {
        try (PDPageContentStream content = append()) {
            var pixels = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
            content.drawImage(LosslessFactory.createFromImage(document, pixels), x, 792 - y, 40, 40);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    PdfSketch bookmark(String... titles) {
        PDDocumentOutline outline = new PDDocumentOutline();
        document.getDocumentCatalog().setDocumentOutline(outline);
        PDOutlineItem parent = null;
        for (String title : titles) {
            PDOutlineItem item = new PDOutlineItem();
            item.setTitle(title);
            if (parent == null) {
                outline.addLast(item);
            } else {
                parent.addLast(item);
            }
            parent = item;
        }
        return this;
    }

    PdfSketch protect(String owner, String user) {
        try {
            AccessPermission nothing = new AccessPermission();
            nothing.setCanExtractContent(false);
            document.protect(new StandardProtectionPolicy(owner, user, nothing));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void draw(PDFont font, float size, float x, float y, String text) {
        try (PDPageContentStream content = append()) {
            content.beginText();
            content.setFont(font, size);
            content.newLineAtOffset(x, 792 - y);
            content.showText(text);
            content.endText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PDPageContentStream append() throws IOException {
        return new PDPageContentStream(document, page, PDPageContentStream.AppendMode.APPEND, true, true);
    }

    ParsedDocument parsed(Path folder) {
        try {
            Path file = Files.write(folder.resolve("sketch.pdf"), bytes());
            return new PdfParser(PdfParserTests.SETTINGS, null)
                    .parse(
                            new Source("sketch.pdf", "application/pdf", file, Files.size(file), "0".repeat(64)),
                            new ParseLimits(10, 100_000),
                            ParseProgress.NONE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        try (document) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            document.save(bytes);
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
