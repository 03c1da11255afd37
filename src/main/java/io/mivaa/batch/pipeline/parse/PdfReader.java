package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.Warning;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
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
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/** Takes the words off the pages, one page after the other, as far as the pages can be read. */
final class PdfReader extends PDFTextStripper {

    private static final int OPERATORS_BETWEEN_CHECKS = 4096;

    private final ParseLimits limits;
    private final ParseProgress progress;
    private final List<PdfPage> pages = new ArrayList<>();
    private final List<Warning> warnings = new ArrayList<>();
    private final PdfFonts fonts = new PdfFonts();
    private List<List<PdfWord>> lines = new ArrayList<>();
    private List<PdfWord> line = new ArrayList<>();
    private long operators;
    private long glyphs;
    private long characters;
    private int iterated;

    private PdfReader(ParseLimits limits, ParseProgress progress) {
        this.limits = limits;
        this.progress = progress;
    }

    /** What was read: {@code pages} counts all pages met, also those without text. */
    record Pages(List<PdfPage> withText, int pages, List<Warning> warnings) {}

    static Pages read(PDDocument document, ParseLimits limits, ParseProgress progress) throws IOException {
        PdfReader reader = new PdfReader(limits, progress);
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
        } else if (!text && hasImages(page)) {
            warnings.add(new Warning("page-without-text", "The page has images but no text layer.", iterated));
        }
    }

    private boolean keep(PDPage page) {
        List<PdfLine> ordered = PdfColumns.ordered(PdfTurned.joined(lines)).stream()
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

    @Override
    protected void writeString(String text, List<TextPosition> positions) {
        if (text.isBlank() || positions.isEmpty()) {
            return;
        }
        PdfWord word = word(text, positions);
        if (!line.isEmpty() && !follows(line.get(line.size() - 1), word)) {
            endLine();
        }
        line.add(word);
    }

    /** Text that runs back to the left, or another way, is another line though it may stand as high. */
    private static boolean follows(PdfWord last, PdfWord word) {
        boolean back = word.x1() < last.x0() && !word.isRightToLeft() && !last.isRightToLeft();
        return word.direction() == last.direction() && !back;
    }

    private PdfWord word(String text, List<TextPosition> positions) {
        TextPosition first = positions.get(0);
        float x0 = first.getXDirAdj();
        float x1 = x0;
        float firstEnd = Float.MAX_VALUE;
        int bold = 0;
        for (TextPosition position : positions) {
            x0 = Math.min(x0, position.getXDirAdj());
            x1 = Math.max(x1, position.getXDirAdj() + position.getWidthDirAdj());
            bold += fonts.isBold(position.getFont()) ? 1 : 0;
            if (firstEnd == Float.MAX_VALUE && position.getUnicode().isBlank()) {
                firstEnd = position.getXDirAdj();
            }
        }
        TextPosition middle = positions.get(positions.size() / 2);
        return new PdfWord(
                text,
                x0,
                x1,
                middle.getYDirAdj(),
                Math.round(middle.getYScale() * 10) / 10f,
                2 * bold > positions.size(),
                Math.round(middle.getDir()),
                Math.max(0, Math.min(firstEnd, x1) - x0));
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
            lines.add(line);
            line = new ArrayList<>();
        }
    }
}
