package io.mivaa.batch.pipeline.parse;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.LosslessFactory;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDDocumentOutline;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;

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
