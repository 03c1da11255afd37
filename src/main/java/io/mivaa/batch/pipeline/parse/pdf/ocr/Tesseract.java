package io.mivaa.batch.pipeline.parse.pdf.ocr;

import io.mivaa.batch.pipeline.parse.pdf.words.PdfWord;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.PDXObject;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the words off a page that is an image, by the program of that name (Smith: An Overview of the Tesseract OCR
 * Engine, 2007). One process for each page, with one thread, that is ended with its time or with the attempt.
 * Thread-safe.
 */
public final class Tesseract {

    private static final Logger log = LoggerFactory.getLogger(Tesseract.class);

    private static final Duration QUESTION = Duration.ofSeconds(10);
    private static final float POINTS_PER_INCH = 72;
    private static final String WORD = "5";
    private static final int COLUMNS = 12;

    private final OcrSettings settings;
    private final String languages;

    private Tesseract(OcrSettings settings, String languages) {
        this.settings = settings;
        this.languages = languages;
    }

    /**
     * What was read.
     *
     * @param lines in reading order, in points from the upper left corner
     * @param confidence of the program in its words, 0 to 100, on average
     */
    public record Page(List<List<PdfWord>> lines, double confidence) {}

    /** @return null where it is switched off, not installed, or knows none of the languages, which is logged */
    static @Nullable public Tesseract find(OcrSettings settings) {
        if (!settings.enabled()) {
            return null;
        }
        try {
            List<String> installed = run(List.of(settings.command(), "--list-langs"), QUESTION)
                    .lines()
                    .map(String::strip)
                    .toList();
            List<String> known =
                    settings.languages().stream().filter(installed::contains).toList();
            if (known.size() < settings.languages().size()) {
                log.warn("Tesseract lacks some of the languages {}; it has {}", settings.languages(), installed);
            }
            return known.isEmpty() ? null : new Tesseract(settings, String.join("+", known));
        } catch (IOException e) {
            log.info("Scanned pages are not read: Tesseract is not installed ({})", e.getMessage());
            return null;
        }
    }

    public int maxPages() {
        return settings.maxPages();
    }

    /**
     * @param index 0-based
     * @param folder for the image of the page, for as long as it takes
     * @throws IOException when the page cannot be drawn or read, or not in time
     * @throws CancellationException when the thread is interrupted
     */
    public Page read(PDDocument document, PDPage page, int index, Path folder) throws IOException {
        refuseHugeImages(page);
        PDRectangle box = page.getCropBox();
        double inches = box.getWidth() / POINTS_PER_INCH * (box.getHeight() / POINTS_PER_INCH);
        float resolution = (float) Math.min(settings.resolution(), Math.sqrt(settings.maxPixels() / inches));
        Path file = Files.createTempFile(folder, "page", ".png");
        try {
            BufferedImage image = new PDFRenderer(document).renderImageWithDPI(index, resolution, ImageType.GRAY);
            ImageIO.write(image, "png", file.toFile());
            String table = run(
                    List.of(
                            settings.command(),
                            file.toString(),
                            "stdout",
                            "-l",
                            languages,
                            "--dpi",
                            String.valueOf(Math.round(resolution)),
                            "tsv"),
                    settings.pageTimeout());
            return page(table, POINTS_PER_INCH / resolution);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** A few bytes can stand for an image that fills the memory. */
    private void refuseHugeImages(PDPage page) throws IOException {
        PDResources resources = page.getResources();
        if (resources == null) {
            return;
        }
        for (COSName name : resources.getXObjectNames()) {
            if (resources.isImageXObject(name)) {
                PDXObject object = resources.getXObject(name);
                if (object instanceof PDImageXObject image
                        && (long) image.getWidth() * image.getHeight() > settings.maxPixels()) {
                    throw new IOException("an image of the page has too many pixels");
                }
            }
        }
    }

    private static String run(List<String> command, Duration limit) throws IOException {
        Path output = Files.createTempFile("tesseract", ".out");
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("OMP_THREAD_LIMIT", "1");
        Process process = null;
        try {
            process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("not read within " + limit.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException("Tesseract ended with " + process.exitValue());
            }
            return Files.readString(output, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(output);
        }
    }

    /** A word as it was read; {@code line} and {@code paragraph} tell which others belong to it. */
    private record Read(String paragraph, String line, float x, float y, float width, float height, String text) {}

    /** @param table level, page, block, paragraph, line, word, left, top, width, height, confidence, text */
    private static Page page(String table, float scale) {
        List<Read> words = new ArrayList<>();
        double confidence = 0;
        for (String row : table.lines().toList()) {
            String[] cells = row.split("\t", COLUMNS);
            // the lines of a table come out as signs
            String text = cells.length < COLUMNS ? "" : cells[11].strip().replaceAll("^[|_]+|[|_]+$", "");
            if (!text.isEmpty() && cells[0].equals(WORD)) {
                String paragraph = cells[2] + "." + cells[3];
                words.add(new Read(
                        paragraph,
                        paragraph + "." + cells[4],
                        Float.parseFloat(cells[6]) * scale,
                        Float.parseFloat(cells[7]) * scale,
                        Float.parseFloat(cells[8]) * scale,
                        Float.parseFloat(cells[9]) * scale,
                        text));
                confidence += Double.parseDouble(cells[10]);
            }
        }
        return new Page(lines(words), words.isEmpty() ? 0 : confidence / words.size());
    }

    private static List<List<PdfWord>> lines(List<Read> words) {
        List<List<PdfWord>> lines = new ArrayList<>();
        for (List<Read> paragraph : grouped(words, Read::paragraph)) {
            // of the paragraph as a whole: single lines look smaller or larger by the letters they happen to have
            List<Float> heights = paragraph.stream().map(Read::height).sorted().toList();
            float size = Math.max(4, Math.round(heights.get(heights.size() * 3 / 4) * 1.1f));
            for (List<Read> line : grouped(paragraph, Read::line)) {
                float base = (float) line.stream()
                        .mapToDouble(word -> word.y() + word.height())
                        .max()
                        .orElse(0);
                lines.add(line.stream()
                        .map(word -> new PdfWord(
                                word.text(), word.x(), word.x() + word.width(), base, size, false, false, 0))
                        .toList());
            }
        }
        return lines;
    }

    private static Collection<List<Read>> grouped(List<Read> words, Function<Read, String> by) {
        return words.stream()
                .collect(Collectors.groupingBy(by, LinkedHashMap::new, Collectors.toList()))
                .values();
    }
}
