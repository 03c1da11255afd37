package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.html.HtmlFlow;
import io.mivaa.batch.pipeline.parse.html.HtmlText;
import io.mivaa.batch.pipeline.parse.mail.MailParser;
import io.mivaa.batch.pipeline.parse.office.HiddenCells;
import io.mivaa.batch.pipeline.parse.office.OfficeFlow;
import io.mivaa.batch.pipeline.parse.office.SheetCells;
import io.mivaa.batch.pipeline.parse.office.SheetTables;
import io.mivaa.batch.pipeline.parse.ooxml.OoxmlParser;
import io.mivaa.batch.pipeline.parse.page.Grid;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import org.apache.poi.hwpf.HWPFDocument;
import org.apache.poi.hwpf.HWPFOldDocument;
import org.apache.poi.hwpf.OldWordFileFormatException;
import org.apache.poi.hwpf.usermodel.Range;
import org.apache.poi.poifs.crypt.Decryptor;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.tika.parser.microsoft.OfficeParser;
import org.apache.tika.parser.microsoft.OfficeParser.POIFSDocumentType;
import org.jsoup.nodes.Element;

/**
 * Word, Excel and PowerPoint as they were until 2003, by Apache POI and Tika. All of them, and Outlook's messages, are
 * file systems within a file; what such a one is, its directory says, which may stand anywhere in it.
 */
public final class LegacyOfficeParser implements Parser {

    private static final String KIND = "Office document";

    private final ContainerSettings settings;
    private final MailParser mails;
    private final OoxmlParser modern;

    public LegacyOfficeParser(ContainerSettings settings, MailParser mails) {
        this.settings = settings;
        this.mails = mails;
        this.modern = new OoxmlParser(settings);
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of(
                "application/msword",
                "application/vnd.ms-excel",
                "application/vnd.ms-powerpoint",
                "application/vnd.ms-outlook",
                "application/x-tika-msoffice",
                "application/x-tika-ooxml-protected");
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        return Guarded.read(source, KIND, () -> {
            POIFSDocumentType type;
            try (POIFSFileSystem files = new POIFSFileSystem(source.file().toFile(), true)) {
                type = POIFSDocumentType.detectType(files);
                if (type == POIFSDocumentType.OUTLOOK) {
                    return mails.readOutlook(files, source, limits, progress, 0);
                }
            }
            return switch (type) {
                case ENCRYPTED -> decrypted(source, limits, progress);
                // By a server that says who may read it; no password opens that.
                case DRMENCRYPTED -> throw Guarded.encrypted(KIND);
                case WORDDOCUMENT, WORKBOOK, POWERPOINT, XLR -> read(source, type, limits, progress);
                default ->
                    throw new Rejected(
                            "unsupported-format",
                            "The document is neither a Word, an Excel nor a PowerPoint file, nor a message.");
            };
        });
    }

    /** A file as they are since 2007, encrypted within an older one ([MS-OFFCRYPTO]); lies beside it while it is read. */
    private ParsedDocument decrypted(Source source, ParseLimits limits, ParseProgress progress) throws Exception {
        Password password = source.password();
        if (password == null) {
            throw Guarded.encrypted(KIND);
        }
        Path inside = Files.createTempFile(source.file().toAbsolutePath().getParent(), "", ".decrypted");
        try {
            decrypt(source, password, inside);
            return modern.parse(
                    new Source(source.filename(), OoxmlParser.SOME_OOXML, inside, Files.size(inside), source.sha256()),
                    limits,
                    progress);
        } finally {
            Files.deleteIfExists(inside);
        }
    }

    private static void decrypt(Source source, Password password, Path target) throws Exception {
        try (POIFSFileSystem files = new POIFSFileSystem(source.file().toFile(), true)) {
            Decryptor decryptor = Decryptor.getInstance(new EncryptionInfo(files));
            if (!decryptor.verifyPassword(password.value())) {
                throw Guarded.locked(KIND, source);
            }
            try (InputStream in = decryptor.getDataStream(files)) {
                Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private ParsedDocument read(Source source, POIFSDocumentType type, ParseLimits limits, ParseProgress progress)
            throws Exception {
        if (type == POIFSDocumentType.WORDDOCUMENT) {
            return PoiPassword.lent(source, KIND, () -> word(source, limits));
        }
        TikaPage page = TikaPage.read(new OfficeParser(), source, KIND, limits, settings);
        MarkdownWriter writer = new MarkdownWriter(limits);
        if (type == POIFSDocumentType.POWERPOINT) {
            return slides(page, writer, limits, progress);
        }
        return PoiPassword.lent(source, KIND, () -> workbook(source, page, writer));
    }

    private ParsedDocument workbook(Source source, TikaPage page, MarkdownWriter writer) throws IOException {
        OfficeFlow flow = new OfficeFlow(writer);
        Grid.Budget cells = new Grid.Budget(settings.maxCells());
        HiddenCells hidden = new HiddenCells();
        XlsLayout layout;
        try (POIFSFileSystem files = new POIFSFileSystem(source.file().toFile(), true)) {
            layout = XlsLayout.of(files);
        }
        for (Element sheet : page.body().select("div.page")) {
            Element heading = sheet.selectFirst("h1");
            String name = heading == null ? "" : heading.text();
            if (layout.isHidden(name)) {
                hidden.sheet();
            } else {
                sheet(name, sheet, layout, flow, new SheetCells(cells), hidden);
            }
        }
        flow.end();
        return hidden.finish(writer, page.metadata());
    }

    private ParsedDocument word(Source source, ParseLimits limits) throws IOException {
        try (POIFSFileSystem files = new POIFSFileSystem(source.file().toFile(), true)) {
            try (HWPFDocument document = new HWPFDocument(files.getRoot())) {
                return new DocReader(document, limits, settings).read();
            } catch (OldWordFileFormatException e) {
                return old(files, limits);
            }
        }
    }

    /** Of Word 6 and 95 POI knows hardly more than the text. */
    private static ParsedDocument old(POIFSFileSystem files, ParseLimits limits) throws IOException {
        MarkdownWriter writer = new MarkdownWriter(limits);
        try (HWPFOldDocument document = new HWPFOldDocument(files.getRoot())) {
            Range text = document.getRange();
            for (int i = 0; i < text.numParagraphs(); i++) {
                SourceBytes.checkCancelled();
                String paragraph = text.getParagraph(i).text();
                writer.block(Block.Kind.PARAGRAPH, HtmlText.lines(Range.stripFields(paragraph)), null);
            }
        }
        return writer.finish(Metadata.NONE, null, List.of());
    }

    private static void sheet(
            String name, Element sheet, XlsLayout layout, OfficeFlow flow, SheetCells grid, HiddenCells hidden) {
        int row = 0;
        for (Element line : sheet.select("tr")) {
            int column = 0;
            for (Element cell : line.children()) {
                grid.put(row, column++, HtmlText.of(cell));
            }
            row++;
        }
        layout.apply(name, grid);
        grid.leaveOutHidden(hidden);
        if (!grid.isEmpty()) {
            flow.heading(1, name);
            SheetTables.write(grid, flow);
        }
    }

    private static ParsedDocument slides(
            TikaPage page, MarkdownWriter writer, ParseLimits limits, ParseProgress progress) {
        int number = 0;
        for (Element slide : page.body().select("div.slide")) {
            number++;
            if (number > limits.maxPages()) {
                throw new Rejected(
                        "too-many-pages", "The document has more slides than the limit of " + limits.maxPages() + ".");
            }
            writer.page(number);
            HtmlFlow.write(slide, writer, false);
            progress.pagesRead(number);
        }
        Metadata metadata = page.metadata();
        return writer.finish(metadata, Math.max(1, number), List.of());
    }
}
