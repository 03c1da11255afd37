package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.mail.MailParser;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import java.util.Set;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.tika.parser.microsoft.OfficeParser.POIFSDocumentType;

/**
 * Reads Word, Excel and PowerPoint files in the binary formats used before Office 2007, Outlook messages, and encrypted
 * files of Office 2007 and later. All of them are OLE compound files. The directory of such a file shows which of them
 * it is, so this parser reads the directory and hands the file to the reader of its format. Thread-safe.
 */
public final class LegacyOfficeParser implements Parser {

    /** What messages call the document. */
    static final String KIND = "Office document";

    private final ContainerSettings settings;
    private final MailParser mails;

    /** @param mails reads Outlook messages and their attachments */
    public LegacyOfficeParser(ContainerSettings settings, MailParser mails) {
        this.settings = settings;
        this.mails = mails;
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
            return read(type, source, limits, progress);
        });
    }

    private ParsedDocument read(POIFSDocumentType type, Source source, ParseLimits limits, ParseProgress progress)
            throws Exception {
        return switch (type) {
            case WORDDOCUMENT -> DocFile.read(source, limits, settings);
            case WORKBOOK, XLR -> XlsReader.read(source, limits, settings);
            case POWERPOINT -> PptReader.read(source, limits, settings, progress);
            case ENCRYPTED -> EncryptedOoxml.read(source, limits, settings, progress);
            // A rights management server decides who may read it; a password does not open it.
            case DRMENCRYPTED -> throw Guarded.encrypted(KIND);
            default ->
                throw new Rejected(
                        "unsupported-format",
                        "The document is not a Word, Excel or PowerPoint file and not an Outlook message.");
        };
    }
}
