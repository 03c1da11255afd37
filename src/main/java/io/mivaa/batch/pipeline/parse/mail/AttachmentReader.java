package io.mivaa.batch.pipeline.parse.mail;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.ParseProgress;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.Rejected;
import io.mivaa.batch.pipeline.document.ParsedDocument;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads an attachment with the parser of its format. Thread-safe. */
final class AttachmentReader {

    /** An Outlook message attached to a message is not read: its own attachments would be counted from zero again. */
    private static final String OUTLOOK = "application/vnd.ms-outlook";

    private final ContainerSettings settings;
    private final Supplier<List<Parser>> parsers;
    private final Function<List<Parser>, Formats> detection;

    /** Reads a message that is attached to another message. */
    interface Mails {
        ParsedDocument read(Source mail);
    }

    AttachmentReader(
            ContainerSettings settings, Supplier<List<Parser>> parsers, Function<List<Parser>, Formats> detection) {
        this.settings = settings;
        this.parsers = parsers;
        this.detection = detection;
    }

    /**
     * @param depth how many messages the message of the attachment is itself attached to
     * @throws Rejected when the attachment is beyond the limits, or no parser can read it
     */
    ParsedDocument read(Mail.Attachment attachment, Source mail, ParseLimits limits, int depth, Mails mails) {
        Path file = attachment.file();
        if (file == null || depth >= settings.maxNesting()) {
            throw new Rejected(
                    "too-many-parts", "The message has too many attachments, or they are nested too deeply.");
        }
        List<Parser> readers = parsers.get();
        String type = type(file, attachment, readers);
        Source source = new Source(attachment.name(), type, file, bytes(file), mail.sha256());
        return type.equals(MailParser.MAIL)
                ? mails.read(source)
                : reader(type, readers).parse(source, limits, ParseProgress.NONE);
    }

    private String type(Path file, Mail.Attachment attachment, List<Parser> readers) {
        String declared = attachment.type();
        return declared != null && declared.matches("(?:image|audio|video)/.*")
                ? declared
                : detected(file, attachment, readers);
    }

    private String detected(Path file, Mail.Attachment attachment, List<Parser> readers) {
        try (InputStream in = Files.newInputStream(file)) {
            return detection
                    .apply(readers)
                    .detect(in.readNBytes(Formats.HEAD_BYTES), attachment.name(), attachment.type());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Parser reader(String type, List<Parser> readers) {
        return readers.stream()
                .filter(parser -> parser.mediaTypes().contains(type) && !type.equals(OUTLOOK))
                .findFirst()
                .orElseThrow(
                        () -> new Rejected("unsupported-format", "Documents of type " + type + " cannot be read."));
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
