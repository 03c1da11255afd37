package io.mivaa.batch.pipeline.parse.mail;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.Block;
import io.mivaa.batch.pipeline.document.Metadata;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.document.Warning;
import io.mivaa.batch.pipeline.parse.html.HtmlFlow;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Gaps;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;

/**
 * E-mail (RFC 5322 and MIME): the subject as heading, who wrote to whom and when, the text, and the attachments that
 * some parser reads, each under its name. Attachments that cannot be read are told of in the warnings.
 */
public final class MailParser implements Parser {

    private final ContainerSettings settings;
    private final Supplier<List<Parser>> parsers;
    private final Function<List<Parser>, Formats> detection;

    /**
     * @param parsers the parsers that read attachments; called when the first attachment is read
     * @param detection makes what detects an attachment's format among those that some parsers read
     */
    public MailParser(
            ContainerSettings settings, Supplier<List<Parser>> parsers, Function<List<Parser>, Formats> detection) {
        this.settings = settings;
        this.parsers = parsers;
        this.detection = detection;
    }

    @Override
    public Set<String> mediaTypes() {
        return Set.of("message/rfc822");
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

    public ParsedDocument readOutlook(
            POIFSFileSystem files, Source source, ParseLimits limits, ParseProgress progress, int depth)
            throws Exception {
        return withFolder(source, folder -> {
            Mail mail = OutlookReader.read(files, folder, limits, settings);
            return write(mail, source, limits, progress, depth);
        });
    }

    private interface Use {
        ParsedDocument with(Path folder) throws Exception;
    }

    /** Attachments lie beside the document while it is read, and are gone afterwards. */
    private static ParsedDocument withFolder(Source source, Use use) throws Exception {
        Path folder = Files.createTempDirectory(source.file().toAbsolutePath().getParent(), "mail");
        try {
            return use.with(folder);
        } finally {
            try (Stream<Path> left = Files.list(folder)) {
                for (Path file : left.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(folder);
        }
    }

    private ParsedDocument write(Mail mail, Source source, ParseLimits limits, ParseProgress progress, int depth) {
        MarkdownWriter writer = new MarkdownWriter(limits);
        if (mail.subject() != null) {
            writer.heading(1, mail.subject(), null);
        }
        StringBuilder head = new StringBuilder();
        for (Mail.Header header : mail.headers()) {
            head.append(header.name()).append(": ").append(header.value()).append('\n');
        }
        writer.block(Block.Kind.PARAGRAPH, head.toString(), null);
        for (Mail.Body body : mail.bodies()) {
            write(body, writer);
        }
        List<Warning> warnings = new ArrayList<>();
        for (Mail.Attachment attachment : mail.attachments()) {
            SourceBytes.checkCancelled();
            writer.heading(2, "Attachment: " + attachment.name(), null);
            read(attachment, source, limits, progress, depth, writer, warnings);
        }
        Metadata metadata = new Metadata(mail.subject(), mail.from(), null, mail.date(), null, Map.of());
        return writer.finish(metadata, null, warnings);
    }

    private static void write(Mail.Body body, MarkdownWriter writer) {
        if (body.html()) {
            HtmlFlow.write(Jsoup.parse(CleanText.normalised(body.text())).body(), writer, false);
            return;
        }
        String text = CleanText.normalised(body.text());
        writer.copy(text, Gaps.paragraphs(text), null);
    }

    private void read(
            Mail.Attachment attachment,
            Source mail,
            ParseLimits limits,
            ParseProgress progress,
            int depth,
            MarkdownWriter writer,
            List<Warning> warnings) {
        try {
            ParsedDocument document = read(attachment, mail, limits, progress, depth);
            writer.copy(document.text(), document.blocks(), null);
            warnings.addAll(document.warnings());
        } catch (Rejected e) {
            warnings.add(new Warning("attachment-not-read", "An attachment was not read: " + e.getMessage()));
        }
    }

    private ParsedDocument read(
            Mail.Attachment attachment, Source mail, ParseLimits limits, ParseProgress progress, int depth) {
        Path file = attachment.file();
        if (file == null || depth >= settings.maxNesting()) {
            throw new Rejected("too-many-parts", "There are more attachments, or deeper ones, than are read.");
        }
        List<Parser> readers = parsers.get();
        String declared = attachment.type();
        String type = declared != null && declared.matches("(?:image|audio|video)/.*")
                ? declared
                : type(file, attachment, readers);
        Source source = new Source(attachment.name(), type, file, bytes(file), mail.sha256());
        if (type.equals("message/rfc822")) {
            return parse(source, limits, progress, depth + 1);
        }
        // an Outlook message in a message would count its own attachments from the start
        @Nullable
        Parser reader = readers.stream()
                .filter(parser -> parser.mediaTypes().contains(type) && !type.equals("application/vnd.ms-outlook"))
                .findFirst()
                .orElse(null);
        if (reader == null) {
            throw new Rejected("unsupported-format", "Documents of type " + type + " cannot be read.");
        }
        return reader.parse(source, limits, ParseProgress.NONE);
    }

    private String type(Path file, Mail.Attachment attachment, List<Parser> readers) {
        try (InputStream in = Files.newInputStream(file)) {
            return detection
                    .apply(readers)
                    .detect(in.readNBytes(Formats.HEAD_BYTES), attachment.name(), attachment.type());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
