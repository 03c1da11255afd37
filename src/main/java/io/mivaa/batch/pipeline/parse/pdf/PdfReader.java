package io.mivaa.batch.pipeline.parse.pdf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.pdf.layout.PdfLayout;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfLine;
import io.mivaa.batch.pipeline.parse.pdf.lines.PdfPage;
import io.mivaa.batch.pipeline.parse.pdf.ocr.Tesseract;
import io.mivaa.batch.pipeline.parse.pdf.tables.PdfRulings;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfBackwards;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import io.mivaa.batch.pipeline.parse.pdf.words.PdfWords;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageTree;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;
import org.apache.pdfbox.util.Vector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the words off the pages, one page after the other, as far as the pages can be read. */
final class PdfReader extends PDFTextStripper {

    private static final int OPERATORS_BETWEEN_CHECKS = 4096;
    private static final int MOST_SIGNS = 500;
    private static final double SURE = 60;

    private static final Logger log = LoggerFactory.getLogger(PdfReader.class);

    private final ParseLimits limits;
    private final ParseProgress progress;
    private final List<PdfPage> pages = new ArrayList<>();
    private final List<Warning> warnings = new ArrayList<>();
    private final PdfWords words = new PdfWords();
    private final PdfRulings rulings = PdfRulings.watch(this);
    private List<List<PdfWord>> lines = new ArrayList<>();
    private List<PdfWord> line = new ArrayList<>();
    private final List<TextPosition> glyphsOfLine = new ArrayList<>();
    private boolean lineIsBackwards;
    private final List<float[]> signs = new ArrayList<>();
    private long operators;
    private long glyphs;
    private long characters;
    private int iterated;

    private final @Nullable Tesseract ocr;
    private final Path folder;
    private int pagesOcred;

    private PdfReader(ParseLimits limits, ParseProgress progress, @Nullable Tesseract ocr, Path folder) {
        this.limits = limits;
        this.progress = progress;
        this.ocr = ocr;
        this.folder = folder;
    }

    /** What was read: {@code pages} counts all pages met, also those without text. */
    record Pages(List<PdfPage> withText, int pages, List<Warning> warnings) {}

    /**
     * @param ocr reads pages that are images, null to leave them without text
     * @param folder for temporary files
     */
    static Pages read(
            PDDocument document, ParseLimits limits, ParseProgress progress, @Nullable Tesseract ocr, Path folder)
            throws IOException {
        PdfReader reader = new PdfReader(limits, progress, ocr, folder);
        reader.writeText(document, Writer.nullWriter());
        return new Pages(reader.pages, reader.iterated, reader.warnings);
    }

    @Override
    protected void processPages(PDPageTree tree) throws IOException {
        if (exceeds(tree, limits.maxPages())) {
            throw new Rejected(
                    "too-many-pages", "The document has more pages than the limit of " + limits.maxPages() + ".");
        }
        countOnePage();
        for (PDPage page : tree) {
            iterated++;
            readPage(page);
            progress.pagesRead(iterated);
            SourceBytes.checkCancelled();
        }
    }

    /** PDFBox reads no page before it has counted to the first one, and we hand it the pages ourselves. */
    private void countOnePage() throws IOException {
        PDPageTree blank = new PDPageTree();
        blank.add(new PDPage());
        super.processPages(blank);
    }

    /** By walking: the count that a document declares may be anything. */
    private static boolean exceeds(PDPageTree tree, int most) {
        int count = 0;
        for (Iterator<PDPage> pages = tree.iterator(); pages.hasNext() && count <= most; pages.next()) {
            count++;
        }
        return count > most;
    }

    private void readPage(PDPage page) {
        lines = new ArrayList<>();
        line = new ArrayList<>();
        rulings.clear();
        signs.clear();
        boolean damaged = false;
        try {
            processPage(page);
        } catch (CancellationException | Rejected e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            damaged = true;
        }
        endLine();
        boolean text = keep(page);
        if (damaged || (!text && hasDamagedContent(page))) {
            warnings.add(new Warning("unreadable-page", "The page is damaged and was read in part or not.", iterated));
        } else if (!text && hasImages(page) && !readImage(page)) {
            warnings.add(new Warning("page-without-text", "The page has images but no text layer.", iterated));
        }
    }

    /** @return whether words were found */
    private boolean readImage(PDPage page) {
        if (ocr == null || pagesOcred >= ocr.maxPages()) {
            return false;
        }
        pagesOcred++;
        try {
            Tesseract.Page read = ocr.read(document, page, iterated - 1, folder);
            lines = new ArrayList<>(read.lines());
            rulings.clear();
            boolean text = keep(page);
            if (text) {
                warnings.add(
                        read.confidence() < SURE
                                ? new Warning(
                                        "ocr-uncertain", "The page is a scan that could hardly be read.", iterated)
                                : new Warning("read-by-ocr", "The page is a scan and was read as such.", iterated));
            }
            return text;
        } catch (CancellationException | Rejected e) {
            throw e;
        } catch (IOException | RuntimeException | LinkageError e) {
            SourceBytes.checkCancelled();
            log.info("A scanned page was not read: {}", e.toString());
            return false;
        }
    }

    private boolean keep(PDPage page) {
        List<PdfLine> ordered = PdfLayout.ordered(lines, rulings, page).stream()
                .map(words -> PdfLine.of(words, iterated))
                .filter(read -> !read.text().isEmpty())
                .toList();
        for (PdfLine read : ordered) {
            characters += read.text().length();
        }
        if (characters > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        if (!ordered.isEmpty()) {
            pages.add(new PdfPage(iterated, height(page), ordered));
        }
        return !ordered.isEmpty();
    }

    private static float height(PDPage page) {
        try {
            boolean lying = page.getRotation() % 180 != 0;
            return lying ? page.getCropBox().getWidth() : page.getCropBox().getHeight();
        } catch (RuntimeException e) {
            return 792;
        }
    }

    /** PDFBox reads a content stream that it cannot decode as an empty one. */
    private static boolean hasDamagedContent(PDPage page) {
        try {
            for (Iterator<PDStream> streams = page.getContentStreams(); streams.hasNext(); ) {
                try (InputStream content = streams.next().createInputStream()) {
                    content.read();
                }
            }
            return false;
        } catch (IOException | RuntimeException e) {
            return true;
        }
    }

    private static boolean hasImages(PDPage page) {
        try {
            PDResources resources = page.getResources();
            if (resources != null) {
                for (COSName name : resources.getXObjectNames()) {
                    if (resources.isImageXObject(name)) {
                        return true;
                    }
                }
            }
            return false;
        } catch (RuntimeException e) {
            return false;
        }
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
        // characters painted over and over count as well, for they cost as much
        if (++glyphs > 4L * limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        super.processTextPosition(text);
    }

    /** A sign of a composite font that says nothing of its meaning is passed over by PDFBox; it may be a bullet. */
    @Override
    protected void showGlyph(Matrix at, PDFont font, int code, Vector displacement) throws IOException {
        if (font instanceof PDType0Font && signs.size() < MOST_SIGNS && font.toUnicode(code) == null) {
            PDRectangle box = getCurrentPage().getCropBox();
            signs.add(new float[] {
                at.getTranslateX() - box.getLowerLeftX(), box.getHeight() - (at.getTranslateY() - box.getLowerLeftY())
            });
        }
        super.showGlyph(at, font, code, displacement);
    }

    private boolean beginsWithSign(PdfWord first) {
        return first.direction() == 0
                && signs.stream()
                        .anyMatch(sign -> Math.abs(sign[1] - first.y()) < 0.6f * first.size()
                                && first.x0() - sign[0] > 0.2f * first.size()
                                && first.x0() - sign[0] < 4 * first.size());
    }

    @Override
    protected void writeString(String text, List<TextPosition> positions) {
        boolean backwards = PdfBackwards.isIn(text);
        if (!line.isEmpty() && !positions.isEmpty() && breaks(positions, backwards)) {
            endLine();
        }
        glyphsOfLine.addAll(positions);
        lineIsBackwards |= backwards;
        if (positions.isEmpty()) {
            return;
        }
        for (PdfWord word : words.of(positions)) {
            if (!line.isEmpty() && !backwards && isElsewhere(line.get(line.size() - 1), word)) {
                endLine();
            }
            line.add(word);
        }
    }

    private static boolean isElsewhere(PdfWord last, PdfWord word) {
        return word.x1() < last.x0() && Math.abs(last.y() - word.y()) > 0.5f * word.size();
    }

    /** Text that runs back to the left, or another way, is another line though it may stand as high. */
    private boolean breaks(List<TextPosition> positions, boolean backwards) {
        PdfWord last = line.get(line.size() - 1);
        TextPosition first = positions.get(0);
        boolean back = !backwards
                && !lineIsBackwards
                && positions.get(positions.size() - 1).getXDirAdj() < last.x0()
                && first.getXDirAdj() < last.x0();
        return Math.round(first.getDir()) != last.direction() || back;
    }

    @Override
    protected void writeLineSeparator() {
        endLine();
    }

    @Override
    protected void writeParagraphEnd() {
        endLine();
    }

    @Override
    protected void endArticle() {
        endLine();
    }

    private void endLine() {
        if (!line.isEmpty()) {
            if (!lineIsBackwards && beginsWithSign(line.get(0))) {
                PdfWord first = line.get(0);
                line.add(0, first.preceding(PdfWord.UNKNOWN_SIGN, first.x0() - first.size()));
            }
            lines.add(lineIsBackwards ? backwards() : line);
            line = new ArrayList<>();
        }
        glyphsOfLine.clear();
        lineIsBackwards = false;
    }

    private List<PdfWord> backwards() {
        List<PdfWord> logical = new ArrayList<>();
        PdfBackwards.words(glyphsOfLine).forEach(word -> logical.add(words.word(word.text(), word.glyphs())));
        return logical;
    }
}
