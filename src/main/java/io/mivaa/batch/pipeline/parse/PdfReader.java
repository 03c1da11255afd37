package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.Warning;
import io.mivaa.batch.pipeline.parse.PdfRulings.Ruling;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    private final PdfFonts fonts = new PdfFonts();
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
        List<PdfLine> ordered = ordered(page).stream()
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

    /** The lines of the page as they are to be read, each table as one. */
    private List<List<PdfWord>> ordered(PDPage page) {
        List<List<PdfWord>> all = PdfTurned.joined(lines);
        int main = PdfColumns.mainDirection(all);
        List<List<PdfWord>> upright = new ArrayList<>();
        // Within a table, text that runs upwards is a cell like the others: the head of a narrow column.
        Map<PdfWord, List<PdfWord>> turned = new LinkedHashMap<>();
        for (List<PdfWord> line : all) {
            if (line.get(0).direction() == main) {
                upright.add(line);
            } else {
                turned.put(PdfTurned.upright(line, page.getCropBox()), line);
            }
        }
        List<Ruling> drawn = rulings.rulings(page, main);
        if (main == 0) {
            turned.keySet().forEach(word -> upright.add(List.of(word)));
        }
        List<List<PdfWord>> rest = new ArrayList<>();
        List<List<PdfWord>> apart = new ArrayList<>(main == 0 ? List.of() : turned.values());
        for (List<PdfWord> line : PdfTables.lifted(upright, words -> PdfGrid.tables(drawn, words))) {
            List<PdfWord> original = turned.get(line.get(0));
            if (original == null) {
                rest.add(line);
            } else {
                apart.add(original);
            }
        }
        PdfLinks links = PdfLinks.of(page);
        List<List<PdfWord>> ordered = new ArrayList<>();
        for (List<List<PdfWord>> region : PdfColumns.regions(rest)) {
            PdfTables.lifted(region, words -> PdfAligned.tables(drawn, words))
                    .forEach(line -> ordered.addAll(PdfCaption.apart(links.marked(line))));
        }
        ordered.addAll(apart);
        return ordered;
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
        for (List<TextPosition> glyphs : words(positions)) {
            PdfWord word = word(textOf(glyphs), glyphs);
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

    /** What white space divides, or a jump to another place that PDFBox took for a step. */
    private static List<List<TextPosition>> words(List<TextPosition> positions) {
        List<List<TextPosition>> words = new ArrayList<>();
        List<TextPosition> word = new ArrayList<>();
        for (TextPosition position : positions) {
            boolean blank = position.getUnicode().isBlank();
            if (!word.isEmpty() && (blank || jumps(word.get(word.size() - 1), position))) {
                words.add(word);
                word = new ArrayList<>();
            }
            if (!blank) {
                word.add(position);
            }
        }
        if (!word.isEmpty()) {
            words.add(word);
        }
        return words;
    }

    private static boolean jumps(TextPosition last, TextPosition next) {
        float size = Math.max(1, next.getYScale());
        float gap = next.getXDirAdj() - last.getXDirAdj() - last.getWidthDirAdj();
        return gap > size
                || last.getXDirAdj() - next.getXDirAdj() > size
                || Math.abs(last.getYDirAdj() - next.getYDirAdj()) > 0.8f * size;
    }

    private static String textOf(List<TextPosition> word) {
        StringBuilder text = new StringBuilder();
        word.forEach(position -> text.append(position.getUnicode()));
        // A sign of its own that the font has no character for is a bullet where a line begins with it.
        boolean unknown = text.length() == 1 && Character.isISOControl(text.charAt(0));
        return unknown ? PdfListItem.UNKNOWN_SIGN : text.toString();
    }

    private PdfWord word(String text, List<TextPosition> positions) {
        float x0 = Float.MAX_VALUE;
        float x1 = -Float.MAX_VALUE;
        int bold = 0;
        int italic = 0;
        for (TextPosition position : positions) {
            x0 = Math.min(x0, position.getXDirAdj());
            x1 = Math.max(x1, position.getXDirAdj() + position.getWidthDirAdj());
            bold += fonts.isBold(position.getFont()) ? 1 : 0;
            italic += fonts.isItalic(position.getFont()) ? 1 : 0;
        }
        TextPosition middle = positions.get(positions.size() / 2);
        return new PdfWord(
                text,
                x0,
                x1,
                middle.getYDirAdj(),
                Math.round(middle.getYScale() * 10) / 10f,
                2 * bold > positions.size(),
                2 * italic > positions.size(),
                Math.round(middle.getDir()),
                null);
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
                line.add(0, first.instead(PdfListItem.UNKNOWN_SIGN, first.x0() - first.size()));
            }
            lines.add(lineIsBackwards ? backwards() : line);
            line = new ArrayList<>();
        }
        glyphsOfLine.clear();
        lineIsBackwards = false;
    }

    private List<PdfWord> backwards() {
        List<PdfWord> logical = new ArrayList<>();
        PdfBackwards.words(glyphsOfLine).forEach(word -> logical.add(word(word.text(), word.glyphs())));
        return logical;
    }
}
