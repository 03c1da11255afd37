package io.mivaa.batch.pipeline.parse.mail;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;

/**
 * Reads e-mail (RFC 5322 and MIME): the subject as a heading, sender, recipients and date, the text, and each attachment
 * that one of the parsers can read, under its name. Warnings report the attachments that could not be read. Thread-safe.
 */
public final class MailParser implements Parser {

    /** A message in its own format. */
    public static final String MAIL = "message/rfc822";

    private final ContainerSettings settings;
    private final AttachmentReader attachments;

    /**
     * @param parsers returns the parsers for attachments; called when an attachment is read
     * @param detection detects the format of an attachment, given these parsers
     */
    public MailParser(
            ContainerSettings settings, Supplier<List<Parser>> parsers, Function<List<Parser>, Formats> detection) {
        this.settings = settings;
        this.attachments = new AttachmentReader(settings, parsers, detection);
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of(MAIL);
    }

    @Override
    public ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress) {
        return parse(source, limits, progress, 0);
    }

    private ParsedDocument parse(Source source, ParseLimits limits, ParseProgress progress, int depth) {
        return Guarded.read(
                source,
                "e-mail",
                () -> withFolder(source, folder -> {
                    Mail mail = MimeReader.read(source, folder, limits, settings);
                    return write(mail, source, limits, progress, depth);
                }));
    }

    /**
     * Reads an Outlook message.
     *
     * @param files the compound file of the message
     * @param depth how many messages this one is attached to, one within the other
     */
    public ParsedDocument readOutlook(
            POIFSFileSystem files, Source source, ParseLimits limits, ParseProgress progress, int depth)
            throws Exception {
        return withFolder(source, folder -> {
            Mail mail = OutlookReader.read(files, folder, limits, settings);
            return write(mail, source, limits, progress, depth);
        });
    }

    private ParsedDocument write(Mail mail, Source source, ParseLimits limits, ParseProgress progress, int depth) {
        AttachmentReader.Mails mails = attached -> parse(attached, limits, progress, depth + 1);
        return new MailWriter(limits)
                .write(mail, attachment -> attachments.read(attachment, source, limits, depth, mails));
    }

    private interface Use {
        ParsedDocument with(Path folder) throws Exception;
    }

    /** Creates a folder for attachments next to the source, and deletes it afterwards. */
    private static ParsedDocument withFolder(Source source, Use use) throws Exception {
        Path folder = Files.createTempDirectory(source.file().toAbsolutePath().getParent(), "mail");
        try {
            return use.with(folder);
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(folder);
        }
    }
}
