package io.mivaa.batch.pipeline.parse.pdf.ocr;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import javax.imageio.ImageIO;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads pages that are images with the Tesseract program (Smith: An Overview of the Tesseract OCR Engine, 2007). Each
 * page is read by a process of its own with one thread, which is killed at its timeout or when the attempt is
 * cancelled. Thread-safe.
 */
public final class Tesseract {

    private static final Logger log = LoggerFactory.getLogger(Tesseract.class);

    private static final Duration LIST_TIMEOUT = Duration.ofSeconds(10);
    private static final float POINTS_PER_INCH = 72;

    private final OcrSettings settings;
    private final String languages;

    private Tesseract(OcrSettings settings, String languages) {
        this.settings = settings;
        this.languages = languages;
    }

    /**
     * The text of a page.
     *
     * @param lines in reading order, in points from the upper left corner
     * @param confidence of Tesseract in its words, 0 to 100, on average
     */
    public record Page(List<List<PdfWord>> lines, double confidence) {}

    /**
     * @return null when OCR is switched off, or when Tesseract is not installed or has none of the languages; the last
     *     two are logged
     */
    public static @Nullable Tesseract find(OcrSettings settings) {
        if (!settings.enabled()) {
            return null;
        }
        try {
            String languages = String.join("+", installed(settings));
            return languages.isEmpty() ? null : new Tesseract(settings, languages);
        } catch (IOException e) {
            log.info("Scanned pages are not read: Tesseract is not installed ({})", e.getMessage());
            return null;
        }
    }

    /** Those of the configured languages that are installed. */
    private static List<String> installed(OcrSettings settings) throws IOException {
        List<String> installed = TesseractProcess.run(List.of(settings.command(), "--list-langs"), LIST_TIMEOUT)
                .lines()
                .map(String::strip)
                .toList();
        List<String> known =
                settings.languages().stream().filter(installed::contains).toList();
        if (known.size() < settings.languages().size()) {
            log.warn("Tesseract lacks some of the languages {}; it has {}", settings.languages(), installed);
        }
        return known;
    }

    /** How many pages of one document may be read. */
    public int maxPages() {
        return settings.maxPages();
    }

    /**
     * @param index of the page, 0-based
     * @param folder for the image of the page while it is read
     * @throws IOException when the page cannot be drawn or read, or when the timeout has passed
     * @throws CancellationException when the thread is interrupted
     */
    public Page read(PDDocument document, PDPage page, int index, Path folder) throws IOException {
        refuseHugeImages(page);
        float resolution = resolution(page.getCropBox());
        Path file = Files.createTempFile(folder, "page", ".png");
        try {
            BufferedImage image = new PDFRenderer(document).renderImageWithDPI(index, resolution, ImageType.GRAY);
            ImageIO.write(image, "png", file.toFile());
            String table = TesseractProcess.run(command(file, resolution), settings.pageTimeout());
            return TesseractTable.page(table, POINTS_PER_INCH / resolution);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private float resolution(PDRectangle box) {
        double inches = box.getWidth() / POINTS_PER_INCH * (box.getHeight() / POINTS_PER_INCH);
        return (float) Math.min(settings.resolution(), Math.sqrt(settings.maxPixels() / inches));
    }

    private List<String> command(Path file, float resolution) {
        String dpi = String.valueOf(Math.round(resolution));
        return List.of(settings.command(), file.toString(), "stdout", "-l", languages, "--dpi", dpi, "tsv");
    }

    /** A few bytes may stand for an image that fills the memory. */
    private void refuseHugeImages(PDPage page) throws IOException {
        PDResources resources = page.getResources();
        if (resources == null) {
            return;
        }
        for (COSName name : resources.getXObjectNames()) {
            if (resources.isImageXObject(name)
                    && resources.getXObject(name) instanceof PDImageXObject image
                    && (long) image.getWidth() * image.getHeight() > settings.maxPixels()) {
                throw new IOException("an image of the page has more pixels than mivaa.parse.ocr.max-pixels");
            }
        }
    }
}
