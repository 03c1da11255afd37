package io.mivaa.batch.pipeline.parse.pdf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPage;
import io.mivaa.batch.pipeline.parse.pdf.ocr.Tesseract;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWordLines;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageTree;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;
import org.apache.pdfbox.util.Vector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the pages of a document one after another, as far as they can be read. Not thread-safe. */
final class PdfReader extends PDFTextStripper {

    private static final int OPERATORS_BETWEEN_CHECKS = 4096;

    /** A page read by OCR with less confidence on average, of 100, gets a warning. */
    private static final double CONFIDENT = 60;

    private static final Logger log = LoggerFactory.getLogger(PdfReader.class);

    private final ParseLimits limits;
    private final ParseProgress progress;
    private final @Nullable Tesseract ocr;
    private final Path folder;
    private final PdfPages pages;
    private final List<Warning> warnings = new ArrayList<>();
    private final PdfWordLines lines = new PdfWordLines();
    private final PdfRulings rulings = PdfRulings.watch(this);
    private long operators;
    private long glyphs;
    private int number;
    private int pagesOcred;

    private PdfReader(ParseLimits limits, ParseProgress progress, @Nullable Tesseract ocr, Path folder) {
        this.limits = limits;
        this.progress = progress;
        this.ocr = ocr;
        this.folder = folder;
        this.pages = new PdfPages(limits);
    }

    /**
     * The text of a document.
     *
     * @param pages how many pages the document has, with and without text
     */
    record Pages(List<PdfPage> withText, int pages, List<Warning> warnings) {}

    /**
     * @param ocr reads pages that are images, null to leave them without text
     * @param folder for temporary files
     * @throws Rejected when the document has more pages or more text than the limits allow
     */
    static Pages read(
            PDDocument document, ParseLimits limits, ParseProgress progress, @Nullable Tesseract ocr, Path folder)
            throws IOException {
        PdfReader reader = new PdfReader(limits, progress, ocr, folder);
        reader.writeText(document, Writer.nullWriter());
        return new Pages(reader.pages.withText(), reader.number, reader.warnings);
    }

    @Override
    protected void processPages(PDPageTree tree) throws IOException {
        if (exceeds(tree, limits.maxPages())) {
            throw new Rejected(
                    "too-many-pages", "The document has more pages than the limit of " + limits.maxPages() + ".");
        }
        countOnePage();
        for (PDPage page : tree) {
            number++;
            readPage(page);
            progress.pagesRead(number);
            SourceBytes.checkCancelled();
        }
    }

    /** PDFBox reads a page only after it has counted to the first one, and here the pages are passed to it directly. */
    private void countOnePage() throws IOException {
        PDPageTree blank = new PDPageTree();
        blank.add(new PDPage());
        super.processPages(blank);
    }

    /** Walks the tree, because the count that a document declares may be wrong. */
    private static boolean exceeds(PDPageTree tree, int most) {
        int count = 0;
        for (Iterator<PDPage> pages = tree.iterator(); pages.hasNext() && count <= most; pages.next()) {
            count++;
        }
        return count > most;
    }

    private void readPage(PDPage page) {
        lines.startPage();
        rulings.clear();
        boolean damaged = !readContent(page);
        lines.endLine();
        boolean text = pages.add(page, number, lines.lines(), rulings);
        if (damaged || (!text && PdfPageContent.isDamaged(page))) {
            warnings.add(new Warning(
                    "unreadable-page", "The page is damaged; some or all of its content could not be read.", number));
        } else if (!text && PdfPageContent.hasImages(page) && !readImage(page)) {
            warnings.add(new Warning("page-without-text", "The page has images but no text layer.", number));
        }
    }

    /** @return false when the page is damaged and its content was read only up to the damage */
    private boolean readContent(PDPage page) {
        try {
            processPage(page);
            return true;
        } catch (CancellationException | Rejected e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            return false;
        }
    }

    /** @return whether words were found */
    private boolean readImage(PDPage page) {
        if (ocr == null || pagesOcred >= ocr.maxPages()) {
            return false;
        }
        pagesOcred++;
        try {
            return keep(page, ocr.read(document, page, number - 1, folder));
        } catch (CancellationException | Rejected e) {
            throw e;
        } catch (IOException | RuntimeException | LinkageError e) {
            SourceBytes.checkCancelled();
            log.info("A scanned page could not be read: {}", e.toString());
            return false;
        }
    }

    private boolean keep(PDPage page, Tesseract.Page read) {
        rulings.clear();
        boolean text = pages.add(page, number, read.lines(), rulings);
        if (text && read.confidence() < CONFIDENT) {
            warnings.add(
                    new Warning("ocr-uncertain", "The page is a scan, and OCR read it with low confidence.", number));
        } else if (text) {
            warnings.add(new Warning("read-by-ocr", "The page is a scan and was read by OCR.", number));
        }
        return text;
    }

    @Override
    protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
        if (++operators % OPERATORS_BETWEEN_CHECKS == 0) {
            SourceBytes.checkCancelled();
        }
        super.processOperator(operator, operands);
    }

    @Override
    protected void processTextPosition(TextPosition text) {
        // Characters painted several times count each time, because each costs the same work.
        if (++glyphs > 4L * limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        super.processTextPosition(text);
    }

    /** PDFBox passes over a sign of a composite font that has no Unicode value. It may be a bullet. */
    @Override
    protected void showGlyph(Matrix at, PDFont font, int code, Vector displacement) throws IOException {
        if (font instanceof PDType0Font && font.toUnicode(code) == null) {
            PDRectangle box = getCurrentPage().getCropBox();
            lines.addSign(
                    at.getTranslateX() - box.getLowerLeftX(),
                    box.getHeight() - (at.getTranslateY() - box.getLowerLeftY()));
        }
        super.showGlyph(at, font, code, displacement);
    }

    @Override
    protected void writeString(String text, List<TextPosition> positions) {
        lines.add(text, positions);
    }

    @Override
    protected void writeLineSeparator() {
        lines.endLine();
    }

    @Override
    protected void writeParagraphEnd() {
        lines.endLine();
    }

    @Override
    protected void endArticle() {
        lines.endLine();
    }
}
