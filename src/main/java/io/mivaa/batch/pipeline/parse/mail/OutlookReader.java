package io.mivaa.batch.pipeline.parse.mail;

import io.mivaa.batch.pipeline.ParseLimits;
import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.MarkdownWriter;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import org.apache.poi.hsmf.MAPIMessage;
import org.apache.poi.hsmf.datatypes.AttachmentChunks;
import org.apache.poi.hsmf.datatypes.ByteChunk;
import org.apache.poi.hsmf.datatypes.StringChunk;
import org.apache.poi.hsmf.exceptions.ChunkNotFoundException;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.jspecify.annotations.Nullable;

/** Reads an Outlook message through Apache POI, and writes its attachments to files. */
final class OutlookReader {

    private OutlookReader() {}

    static Mail read(POIFSFileSystem files, Path folder, ParseLimits limits, ContainerSettings settings)
            throws IOException, ChunkNotFoundException {
        try (MAPIMessage message = new MAPIMessage(files)) {
            message.setReturnNullOnMissingChunk(true);
            message.guess7BitEncoding();
            List<Mail.Header> headers = new ArrayList<>();
            add(headers, "From", message.getDisplayFrom());
            add(headers, "To", message.getDisplayTo());
            add(headers, "Cc", message.getDisplayCC());
            Calendar date = message.getMessageDate();
            add(headers, "Date", date == null ? null : date.toInstant().toString());
            List<Mail.Body> bodies = bodies(message);
            if (bodies.stream().mapToLong(body -> body.text().length()).sum() > limits.maxCharacters()) {
                throw MarkdownWriter.tooMuchText(limits);
            }
            return new Mail(
                    CleanText.lineOrNull(message.getSubject()),
                    CleanText.lineOrNull(message.getDisplayFrom()),
                    date == null ? null : date.toInstant(),
                    headers,
                    bodies,
                    attachments(message, folder, settings));
        }
    }

    private static List<Mail.Body> bodies(MAPIMessage message) throws ChunkNotFoundException {
        String html = message.getHtmlBody();
        if (html != null && !html.isBlank()) {
            return List.of(new Mail.Body(html, true));
        }
        String text = message.getTextBody();
        return text == null || text.isBlank() ? List.of() : List.of(new Mail.Body(text, false));
    }

    private static List<Mail.Attachment> attachments(MAPIMessage message, Path folder, ContainerSettings settings)
            throws IOException {
        List<Mail.Attachment> attachments = new ArrayList<>();
        for (AttachmentChunks chunks : message.getAttachmentFiles()) {
            String longName = text(chunks.getAttachLongFileName());
            String name = longName == null ? text(chunks.getAttachFileName()) : longName;
            ByteChunk data = chunks.getAttachData();
            Path file = null;
            if (data != null && data.getValue() != null && attachments.size() < settings.maxAttachments()) {
                file = folder.resolve(Integer.toString(attachments.size()));
                Files.write(file, data.getValue());
            }
            attachments.add(
                    new Mail.Attachment(name == null ? "unnamed" : name, text(chunks.getAttachMimeTag()), file));
        }
        return attachments;
    }

    private static @Nullable String text(@Nullable StringChunk chunk) {
        return chunk == null ? null : CleanText.lineOrNull(chunk.getValue());
    }

    private static void add(List<Mail.Header> headers, String name, @Nullable String value) {
        String line = CleanText.lineOrNull(value);
        if (line != null) {
            headers.add(new Mail.Header(name, line));
        }
    }
}
