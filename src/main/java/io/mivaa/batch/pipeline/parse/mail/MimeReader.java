package io.mivaa.batch.pipeline.parse.mail;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.DecodedText;
import io.mivaa.batch.pipeline.parse.source.SourceBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;

/** Reads a MIME message as a stream, and writes its attachments to files. Not thread-safe. */
final class MimeReader {

    private static final int DEEPEST = 20;

    private final Path folder;
    private final ParseLimits limits;
    private final ContainerSettings settings;
    private final MimeHead head = new MimeHead();
    private final List<Text> texts = new ArrayList<>();
    private final List<Mail.Attachment> attachments = new ArrayList<>();
    private final Deque<Integer> alternatives = new ArrayDeque<>();
    private PartHeaders part = new PartHeaders();
    private int groups;
    private long characters;
    private boolean inHead = true;

    /** @param group of alternatives that the text belongs to, 0 for none */
    private record Text(String text, boolean html, int group) {}

    private MimeReader(Path folder, ParseLimits limits, ContainerSettings settings) {
        this.folder = folder;
        this.limits = limits;
        this.settings = settings;
    }

    /** @param folder where attachments are written */
    static Mail read(Source source, Path folder, ParseLimits limits, ContainerSettings settings)
            throws IOException, MimeException {
        MimeReader reader = new MimeReader(folder, limits, settings);
        MimeTokenStream tokens = tokens();
        try (InputStream in = Files.newInputStream(source.file())) {
            tokens.parse(in);
            for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                SourceBytes.checkCancelled();
                reader.take(state, tokens);
            }
        }
        return reader.head.mail(reader.bodies(), reader.attachments);
    }

    private static MimeTokenStream tokens() {
        MimeConfig config = MimeConfig.custom()
                .setMaxLineLen(-1)
                .setMaxHeaderCount(1000)
                .setMaxHeaderLen(100_000)
                .setMaxContentLen(-1)
                .build();
        MimeTokenStream tokens = new MimeTokenStream(config);
        tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
        return tokens;
    }

    private void take(EntityState state, MimeTokenStream tokens) throws IOException {
        switch (state) {
            case T_START_HEADER -> part = new PartHeaders();
            case T_FIELD -> {
                part.add(tokens.getField());
                if (inHead) {
                    head.add(tokens.getField());
                }
            }
            case T_END_HEADER -> inHead = false;
            case T_START_MULTIPART -> startMultipart(tokens.getBodyDescriptor());
            case T_END_MULTIPART -> {
                if (!alternatives.isEmpty()) {
                    alternatives.pop();
                }
            }
            case T_BODY -> body(tokens);
            default -> {}
        }
    }

    private void startMultipart(BodyDescriptor parts) throws IOException {
        if (alternatives.size() >= DEEPEST) {
            throw new IOException("nested too deeply");
        }
        boolean choice = parts.getMimeType().equalsIgnoreCase("multipart/alternative");
        alternatives.push(choice ? ++groups : group());
    }

    private int group() {
        return alternatives.isEmpty() ? 0 : alternatives.peek();
    }

    private void body(MimeTokenStream tokens) throws IOException {
        String kind = tokens.getBodyDescriptor().getMimeType().toLowerCase(Locale.ROOT);
        String name = part.filename();
        boolean attached = part.isAttachment();
        InputStream in = tokens.getDecodedInputStream();
        if (!attached && name == null && kind.matches("text/(?:plain|html)")) {
            text(in, kind.equals("text/html"), tokens.getBodyDescriptor().getCharset());
        } else if (attached || name != null || !kind.matches("(?:image|text|application/pgp).*")) {
            attachment(in, name == null ? kind.replace('/', '.') : name, kind);
        }
    }

    /** @param charset that the part declares, or the default of MIME when it declares none */
    private void text(InputStream in, boolean html, String charset) throws IOException {
        int most = (int) Math.min(Integer.MAX_VALUE - 16L, 4L * limits.maxCharacters());
        byte[] bytes = in.readNBytes(most);
        String text = DecodedText.of(bytes, part.declaresCharset() ? DecodedText.named(charset) : null)
                .text();
        characters += text.length();
        if (bytes.length == most || characters > limits.maxCharacters()) {
            throw MarkdownWriter.tooMuchText(limits);
        }
        texts.add(new Text(text, html, group()));
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

    /** An alternative in HTML has more structure than the plain text, which it replaces. */
    private List<Mail.Body> bodies() {
        Set<Integer> replaced = texts.stream()
                .filter(text -> text.group > 0 && text.html && !text.text.isBlank())
                .map(Text::group)
                .collect(Collectors.toSet());
        return texts.stream()
                .filter(text -> text.html || !replaced.contains(text.group))
                .map(text -> new Mail.Body(text.text, text.html))
                .toList();
    }
}
