package io.mivaa.batch.pipeline.parse.mail;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.DecodedText;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.field.ContentDispositionFieldLenientImpl;
import org.apache.james.mime4j.field.ContentTypeFieldLenientImpl;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.jspecify.annotations.Nullable;

/** Reads a MIME message as a stream; attachments go to files as they come. Not thread-safe. */
final class MimeReader {

    private static final int DEEPEST = 20;

    private final Path folder;
    private final ParseLimits limits;
    private final ContainerSettings settings;
    private final Map<String, String> head = new HashMap<>();
    private final List<Text> texts = new ArrayList<>();
    private final List<Mail.Attachment> attachments = new ArrayList<>();
    private final Deque<Integer> alternatives = new ArrayDeque<>();
    private int groups;
    private long characters;
    private @Nullable Field type;
    private @Nullable Field disposition;
    private boolean inHead = true;

    /** @param group of alternatives that it belongs to, 0 for none */
    private record Text(String text, boolean html, int group) {}

    private MimeReader(Path folder, ParseLimits limits, ContainerSettings settings) {
        this.folder = folder;
        this.limits = limits;
        this.settings = settings;
    }

    static Mail read(Source source, Path folder, ParseLimits limits, ContainerSettings settings)
            throws IOException, MimeException {
        MimeReader reader = new MimeReader(folder, limits, settings);
        MimeConfig config = MimeConfig.custom()
                .setMaxLineLen(-1)
                .setMaxHeaderCount(1000)
                .setMaxHeaderLen(100_000)
                .setMaxContentLen(-1)
                .build();
        MimeTokenStream tokens = new MimeTokenStream(config);
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        try (InputStream in = Files.newInputStream(source.file())) {
            tokens.parse(in);
            for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                SourceBytes.checkCancelled();
                reader.take(state, tokens);
            }
        }
        return reader.mail();
    }

    private void take(EntityState state, MimeTokenStream tokens) throws IOException {
        switch (state) {
            case T_START_HEADER -> {
                type = null;
                disposition = null;
            }
            case T_FIELD -> field(tokens.getField());
            case T_END_HEADER -> inHead = false;
            case T_START_MULTIPART -> {
                if (alternatives.size() >= DEEPEST) {
                    throw new IOException("nested too deeply");
                }
                boolean choice = tokens.getBodyDescriptor().getMimeType().equalsIgnoreCase("multipart/alternative");
                int around = alternatives.isEmpty() ? 0 : alternatives.peek();
                alternatives.push(choice ? ++groups : around);
            }
            case T_END_MULTIPART -> {
                if (!alternatives.isEmpty()) {
                    alternatives.pop();
                }
            }
            case T_BODY -> body(tokens);
            default -> {}
        }
    }

    private void field(Field field) {
        String name = field.getName().toLowerCase(Locale.ROOT);
        if (name.equals("content-type")) {
            type = field;
        } else if (name.equals("content-disposition")) {
            disposition = field;
        }
        if (inHead) {
            String value = CleanText.line(DecoderUtil.decodeEncodedWords(field.getBody(), DecodeMonitor.SILENT));
            if (!value.isEmpty()) {
                head.putIfAbsent(name, value);
            }
        }
    }

    private void body(MimeTokenStream tokens) throws IOException {
        BodyDescriptor part = tokens.getBodyDescriptor();
        String kind = part.getMimeType().toLowerCase(Locale.ROOT);
        String name = filename();
        boolean attached = disposition != null
                && ContentDispositionFieldLenientImpl.PARSER
                        .parse(disposition, DecodeMonitor.SILENT)
                        .isAttachment();
        InputStream in = tokens.getDecodedInputStream();
        if (!attached && name == null && kind.matches("text/(?:plain|html)")) {
            text(in, kind.equals("text/html"), part);
        } else if (attached || name != null || !kind.matches("(?:image|text|application/pgp).*")) {
            attachment(in, name == null ? kind.replace('/', '.') : name, kind);
        }
    }

    private void text(InputStream in, boolean html, BodyDescriptor part) throws IOException {
        int most = (int) Math.min(Integer.MAX_VALUE - 16L, 4L * limits.maxCharacters());
        byte[] bytes = in.readNBytes(most);
        Charset declared = DecodedText.named(part.getCharset());
        boolean said = type != null && type.getBody().toLowerCase(Locale.ROOT).contains("charset");
        String text = DecodedText.of(bytes, said ? declared : null).text();
        characters += text.length();
        if (bytes.length == most || characters > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        texts.add(new Text(text, html, alternatives.isEmpty() ? 0 : alternatives.peek()));
    }

    private @Nullable String filename() {
        String name = disposition == null
                ? null
                : ContentDispositionFieldLenientImpl.PARSER
                        .parse(disposition, DecodeMonitor.SILENT)
                        .getFilename();
        if (name == null && type != null) {
            name = ContentTypeFieldLenientImpl.PARSER
                    .parse(type, DecodeMonitor.SILENT)
                    .getParameter("name");
        }
        if (name == null) {
            return null;
        }
        String clean = CleanText.line(DecoderUtil.decodeEncodedWords(name, DecodeMonitor.SILENT));
        return clean.isEmpty() ? null : clean.substring(Math.max(clean.lastIndexOf('/'), clean.lastIndexOf('\\')) + 1);
    }

    private void attachment(InputStream in, String name, String kind) throws IOException {
        if (attachments.size() >= settings.maxAttachments()) {
            attachments.add(new Mail.Attachment(name, kind, null));
            return;
        }
        Path file = folder.resolve(Integer.toString(attachments.size()));
        Files.copy(in, file);
        attachments.add(new Mail.Attachment(name, kind, file));
    }

    private Mail mail() {
        List<Mail.Header> shown = new ArrayList<>();
        for (String name : List.of("From", "To", "Cc", "Date")) {
            String value = head.get(name.toLowerCase(Locale.ROOT));
            if (value != null) {
                shown.add(new Mail.Header(name, value));
            }
        }
        List<Mail.Body> bodies = texts.stream()
                .filter(text -> text.html || texts.stream().noneMatch(other -> replaces(other, text)))
                .map(text -> new Mail.Body(text.text, text.html))
                .toList();
        return new Mail(head.get("subject"), head.get("from"), date(head.get("date")), shown, bodies, attachments);
    }

    /** The same in HTML has more structure than the plain text. */
    private static boolean replaces(Text other, Text text) {
        return text.group > 0 && other.html && other.group == text.group && !other.text.isBlank();
    }

    static @Nullable Instant date(@Nullable String date) {
        if (date == null) {
            return null;
        }
        try {
            String clean = date.replaceAll("\\s*\\([^)]*\\)\\s*$", "").strip();
            return OffsetDateTime.parse(clean, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeParseException e) {
            return Dates.instant(date);
        }
    }
}
