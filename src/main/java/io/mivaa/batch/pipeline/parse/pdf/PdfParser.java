package io.mivaa.batch.pipeline.parse.pdf;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.pdf.flow.PdfFlow;
import io.mivaa.batch.pipeline.parse.pdf.flow.PdfOutline;
import io.mivaa.batch.pipeline.parse.pdf.ocr.Tesseract;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.MemoryUsageSetting;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.jspecify.annotations.Nullable;

/** PDF, read with Apache PDFBox: the text layer becomes headings, lists, tables and paragraphs. Thread-safe. */
public final class PdfParser implements Parser {

    private final long memory;
    private final @Nullable Tesseract ocr;

    /** @param ocr reads pages that are images, null to leave them without text */
    public PdfParser(ParseSettings settings, @Nullable Tesseract ocr) {
        this.memory = settings.pdfMemory().toBytes();
        this.ocr = ocr;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of("application/pdf");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        SourceBytes.checkCancelled();
        if (!Files.isReadable(source.file())) {
            throw SourceBytes.unreadable(new IOException("missing file"));
        }
        if (source.bytes() == 0) {
            throw new Rejected("no-text", "The document is empty.");
        }
        try (PDDocument document = open(source)) {
            return parse(
                    document,
                    Objects.requireNonNull(source.file().toAbsolutePath().getParent()),
                    limits,
                    progress);
        } catch (Rejected | CancellationException e) {
            throw e;
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw damaged(e);
        }
    }

    /** A PDF that opens without a password is opened even when a wrong password came with it. */
    private PDDocument open(Source source) throws IOException {
        Password password = source.password();
        if (password != null) {
            try {
                return load(source, password.value());
            } catch (InvalidPasswordException | IllegalArgumentException e) {
                // It does not fit, or has a character that is not allowed in a password of a PDF (RFC 4013).
            }
        }
        try {
            return load(source, "");
        } catch (InvalidPasswordException e) {
            throw Guarded.locked("PDF", source);
        }
    }

    private PDDocument load(Source source, String password) throws IOException {
        return Loader.loadPDF(source.file().toFile(), password, MemoryUsageSetting.setupMixed(memory).streamCache);
    }

    private ParsedDocument parse(PDDocument document, Path folder, ParseLimits limits, ParseProgress progress)
            throws IOException {
        PdfReader.Pages read = PdfReader.read(document, limits, progress, ocr, folder);
        Table form = PdfExtras.form(document);
        if (read.withText().isEmpty() && form.rows().isEmpty()) {
            throw withoutText(read, ocr != null);
        }
        MarkdownWriter writer = new MarkdownWriter(limits);
        PdfFlow.write(read.withText(), PdfOutline.of(document), writer);
        if (!form.rows().isEmpty()) {
            writer.table(form, null);
        }
        List<Warning> warnings = new ArrayList<>(read.warnings());
        warnings.addAll(PdfExtras.attachments(document));
        return writer.finish(PdfMetadata.of(document), read.pages(), warnings);
    }

    private static Rejected withoutText(PdfReader.Pages read, boolean ocr) {
        boolean damaged = read.pages() == 0
                || read.warnings().stream().anyMatch(warning -> warning.code().equals("unreadable-page"));
        return damaged
                ? new Rejected("damaged-document", "The PDF is damaged: none of its pages could be read.")
                : new Rejected(
                        "no-text",
                        ocr
                                ? "The PDF has no text layer, and no words were found in its images."
                                : "The PDF has no text layer; it seems to be scanned or to contain only images, which"
                                        + " this service does not read without Tesseract.");
    }

    private static Rejected damaged(Throwable cause) {
        // An interrupt closes the file while PDFBox reads it, and PDFBox then reports damage.
        SourceBytes.checkCancelled();
        return new Rejected("damaged-document", "The PDF is damaged and cannot be read.", cause);
    }
}
