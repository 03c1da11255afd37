package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.document.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.parser.ParseContext;
import org.apache.tika.sax.BodyContentHandler;
import org.springframework.util.unit.DataSize;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import io.mivaa.batch.pipeline.parse.pdf.PdfParser;

/**
 * How like their reference Markdown PDFs come out, beside what PDFBox and Tika make of them as
 * they come. Reads pairs of
 * {@code x.pdf} and {@code x.md} from the folder {@code extraction} under the one that {@code MIVAA_EVALUATION} names; with
 * {@code MIVAA_EVAL_OUT} it leaves what it made of them in that folder.
 */
public final class ExtractionBenchmark {

    private ExtractionBenchmark() {}

    private interface Extractor {
        String markdown(Path file) throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
        String eval = System.getenv("MIVAA_EVALUATION");
        if (eval == null || !Files.isDirectory(Path.of(eval, "extraction"))) {
            System.out.println("MIVAA_EVALUATION names no folder with PDFs and their Markdown in 'extraction': nothing done.");
            return;
        }
        Map<String, Extractor> extractors = new LinkedHashMap<>();
        extractors.put("Mivaa Batch", ExtractionBenchmark::ours);
        extractors.put("PDFBox", ExtractionBenchmark::pdfBox);
        extractors.put("Tika", ExtractionBenchmark::tika);
        System.out.println("| document | by | text | Markdown | headings | tables |\n|---|---|---|---|---|---|");
        Map<String, List<double[]>> all = new LinkedHashMap<>();
        for (Path pdf : pdfs(Path.of(eval, "extraction"))) {
            String name = pdf.getFileName().toString();
            String reference = Files.readString(pdf.resolveSibling(name.replace(".pdf", ".md")));
            for (Map.Entry<String, Extractor> extractor : extractors.entrySet()) {
                String made = extractor.getValue().markdown(pdf);
                keep(extractor.getKey(), name, made);
                double[] scores = {
                    Similarity.text(reference, made),
                    Similarity.markdown(reference, made),
                    Similarity.headings(reference, made),
                    Similarity.tables(reference, made)
                };
                all.computeIfAbsent(extractor.getKey(), k -> new ArrayList<>()).add(scores);
                print(name, extractor.getKey(), scores);
            }
        }
        all.forEach((by, scores) -> print("mean", by, mean(scores)));
    }

    private static List<Path> pdfs(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".pdf")).sorted().toList();
        }
    }

    private static void keep(String by, String name, String made) throws IOException {
        String out = System.getenv("MIVAA_EVAL_OUT");
        if (out != null) {
            Files.createDirectories(Path.of(out));
            Files.writeString(Path.of(out, name + "." + by.replace(' ', '-') + ".md"), made);
        }
    }

    private static String ours(Path file) throws IOException {
        Source source = new Source(file.getFileName().toString(), "application/pdf", file, Files.size(file), "0".repeat(64));
        return new PdfParser(new ParseSettings(DataSize.ofMegabytes(16), ParseSettings.PageBase.AUTO), null)
                .parse(source, new ParseLimits(5000, 50_000_000), ParseProgress.NONE)
                .text();
    }

    private static String pdfBox(Path file) throws IOException {
        try (PDDocument document = Loader.loadPDF(file.toFile())) {
            return new PDFTextStripper().getText(document);
        }
    }

    private static String tika(Path file) throws Exception {
        BodyContentHandler text = new BodyContentHandler(-1);
        try (TikaInputStream in = TikaInputStream.get(file)) {
            new org.apache.tika.parser.pdf.PDFParser().parse(in, text, new Metadata(), new ParseContext());
        }
        return text.toString();
    }

    private static double[] mean(List<double[]> scores) {
        double[] mean = new double[4];
        for (int i = 0; i < mean.length; i++) {
            int column = i;
            mean[i] = scores.stream()
                    .mapToDouble(each -> each[column])
                    .filter(score -> !Double.isNaN(score))
                    .average()
                    .orElse(Double.NaN);
        }
        return mean;
    }

    private static void print(String document, String by, double[] scores) {
        StringBuilder row = new StringBuilder("| " + document + " | " + by + " |");
        for (double score : scores) {
            row.append(Double.isNaN(score) ? " – |" : String.format(Locale.ROOT, " %.3f |", score));
        }
        System.out.println(row);
    }
}
