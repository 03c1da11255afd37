package io.mivaa.batch.pipeline.parse.pdf;

import io.mivaa.batch.pipeline.document.Table;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentNameDictionary;
import org.apache.pdfbox.pdmodel.PDEmbeddedFilesNameTreeNode;
import org.apache.pdfbox.pdmodel.common.PDNameTreeNode;
import org.apache.pdfbox.pdmodel.common.filespecification.PDComplexFileSpecification;
import org.apache.pdfbox.pdmodel.interactive.form.PDAcroForm;
import org.apache.pdfbox.pdmodel.interactive.form.PDField;
import org.apache.pdfbox.pdmodel.interactive.form.PDTerminalField;

/** What a PDF contains besides its pages: the values of a form, and attached files. */
final class PdfExtras {

    private static final int MOST_FIELDS = 2_000;
    private static final int MOST_FILES = 100;
    /** Of the tree of file names, whose nodes may name each other. It is never this deep either. */
    private static final int MOST_NODES = 1000;

    private PdfExtras() {}

    /** The values filled into the form, as a table; without rows when there are none. */
    static Table form(PDDocument document) {
        List<List<String>> rows = new ArrayList<>();
        try {
            PDAcroForm form = document.getDocumentCatalog().getAcroForm(null);
            if (form != null) {
                for (PDField field : form.getFieldTree()) {
                    String value = field instanceof PDTerminalField ? field.getValueAsString() : null;
                    if (value != null && !value.isBlank() && !value.equals("Off") && rows.size() < MOST_FIELDS) {
                        rows.add(List.of(name(field), value));
                    }
                }
            }
        } catch (RuntimeException | StackOverflowError e) {
            return new Table(List.of("Field", "Value"), List.copyOf(rows), null);
        }
        return new Table(List.of("Field", "Value"), rows, null);
    }

    private static String name(PDField field) {
        String shown = field.getAlternateFieldName();
        String name = shown == null || shown.isBlank() ? field.getFullyQualifiedName() : shown;
        return name == null ? "" : name;
    }

    /** One warning with the number of attached files, or none. */
    static List<Warning> attachments(PDDocument document) {
        Set<String> files = new TreeSet<>();
        try {
            PDDocumentNameDictionary names = document.getDocumentCatalog().getNames();
            PDEmbeddedFilesNameTreeNode embedded = names == null ? null : names.getEmbeddedFiles();
            if (embedded != null) {
                collect(embedded, files, new AtomicInteger(MOST_NODES));
            }
        } catch (IOException | RuntimeException e) {
            return List.of(new Warning("attachment-not-read", "The PDF has attachments; they were not read."));
        }
        return files.isEmpty()
                ? List.of()
                : List.of(new Warning(
                        "attachment-not-read", "The PDF has attachments that were not read: " + files.size() + "."));
    }

    private static void collect(PDNameTreeNode<PDComplexFileSpecification> node, Set<String> files, AtomicInteger left)
            throws IOException {
        if (left.decrementAndGet() < 0) {
            return;
        }
        Map<String, PDComplexFileSpecification> here = node.getNames();
        if (here != null) {
            here.forEach((key, file) -> {
                String name = file == null || file.getFilename() == null ? key : file.getFilename();
                if (files.size() < MOST_FILES) {
                    files.add(CleanText.line(name));
                }
            });
        }
        List<PDNameTreeNode<PDComplexFileSpecification>> kids = node.getKids();
        if (kids != null) {
            for (PDNameTreeNode<PDComplexFileSpecification> kid : kids) {
                collect(kid, files, left);
            }
        }
    }
}
