package io.mivaa.batch.pipeline.parse.mail;

import io.mivaa.batch.pipeline.parse.page.CleanText;
import io.mivaa.batch.pipeline.parse.page.Dates;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.Field;
import org.jspecify.annotations.Nullable;

/** The header fields of a message: subject, sender, recipients and date. Not thread-safe. */
final class MimeHead {

    private final Map<String, String> fields = new HashMap<>();

    /** Takes a field of the message's header. The first field of a name counts. */
    void add(Field field) {
        String value = CleanText.line(DecoderUtil.decodeEncodedWords(field.getBody(), DecodeMonitor.SILENT));
        if (!value.isEmpty()) {
            fields.putIfAbsent(field.getName().toLowerCase(Locale.ROOT), value);
        }
    }

    Mail mail(List<Mail.Body> bodies, List<Mail.Attachment> attachments) {
        List<Mail.Header> shown = new ArrayList<>();
        for (String name : List.of("From", "To", "Cc", "Date")) {
            String value = fields.get(name.toLowerCase(Locale.ROOT));
            if (value != null) {
                shown.add(new Mail.Header(name, value));
            }
        }
        return new Mail(
                fields.get("subject"), fields.get("from"), date(fields.get("date")), shown, bodies, attachments);
    }

    private static @Nullable Instant date(@Nullable String date) {
        if (date == null) {
            return null;
        }
        try {
            String clean = withoutComment(date.strip());
            return OffsetDateTime.parse(clean, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeParseException e) {
            return Dates.instant(date);
        }
    }

    /** Many programs name the time zone in brackets at the end. */
    private static String withoutComment(String date) {
        if (!date.endsWith(")")) {
            return date;
        }
        int open = date.indexOf('(', date.lastIndexOf(')', date.length() - 2) + 1);
        return open < 0 ? date : date.substring(0, open).strip();
    }
}
