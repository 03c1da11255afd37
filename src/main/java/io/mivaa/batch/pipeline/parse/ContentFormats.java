package io.mivaa.batch.pipeline.parse;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.parse.mail.MailParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MimeTypes;
import org.jspecify.annotations.Nullable;

/** Detects formats by content: text by decoding it, everything else by the magic numbers of Apache Tika. Thread-safe. */
public final class ContentFormats implements Formats {

    private static final String UNKNOWN = "application/octet-stream";

    /** Acrobat accepts a header anywhere in the first 1024 bytes (PDF Reference 1.7, implementation note 13). */
    private static final int PDF_HEADER_WITHIN = 1024;

    private static final Pattern PDF_HEADER = Pattern.compile("%PDF-\\d\\.\\d");
    private static final Pattern PDF_OBJECT = Pattern.compile("(?<!\\d)\\d++ \\d++ obj\\b");

    /** Formats that are written in text but are not readable as text. */
    private static final Set<String> WRITTEN_IN_TEXT = Set.of("application/rtf", "application/postscript");

    private static final Set<String> CONTAINERS =
            Set.of("application/zip", "application/x-tika-ooxml", "application/x-tika-msoffice");

    private final MimeTypes magic = MimeTypes.getDefaultMimeTypes();
    private final Set<String> supported;

    public ContentFormats(List<Parser> parsers) {
        this.supported = parsers.stream()
                .flatMap(parser -> parser.mediaTypes().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<String> supported() {
        return supported;
    }

    @Override
    public String detect(byte[] head, String filename, @Nullable String declaredType) {
        String text = TextHead.of(head);
        if (isPdf(head, text == null)) {
            return "application/pdf";
        }
        String name = filename.toLowerCase(Locale.ROOT);
        if (text == null) {
            return binary(head, name);
        }
        String byMagic = magic(head, null);
        if (WRITTEN_IN_TEXT.contains(byMagic)) {
            return byMagic;
        }
        return TextKind.of(text, name, bare(declaredType), byMagic.equals(MailParser.MAIL));
    }

    private static boolean isPdf(byte[] head, boolean binary) {
        String start = new String(head, 0, Math.min(head.length, PDF_HEADER_WITHIN), StandardCharsets.ISO_8859_1);
        var header = PDF_HEADER.matcher(start);
        if (!header.find()) {
            return false;
        }
        // A text about PDF headers is no PDF: when a header comes after other text, objects must follow it.
        return start.substring(0, header.start()).isBlank()
                || binary
                || PDF_OBJECT
                        .matcher(new String(head, StandardCharsets.ISO_8859_1))
                        .region(header.end(), head.length)
                        .find();
    }

    private String binary(byte[] head, String name) {
        String type = magic(head, null);
        String zipped =
                type.equals("application/x-tika-ooxml") || type.equals("application/zip") ? ZipKind.of(head) : null;
        if (zipped != null) {
            return zipped;
        }
        if (CONTAINERS.contains(type)) {
            type = magic(head, name);
        }
        return type.startsWith("text/") ? UNKNOWN : type;
    }

    private String magic(byte[] head, @Nullable String name) {
        Metadata hints = new Metadata();
        if (name != null) {
            hints.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
        }
        try (ByteArrayInputStream in = new ByteArrayInputStream(head)) {
            return magic.detect(in, hints).getBaseType().toString().toLowerCase(Locale.ROOT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String bare(@Nullable String declared) {
        if (declared == null) {
            return "";
        }
        int parameters = declared.indexOf(';');
        return (parameters < 0 ? declared : declared.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }
}
