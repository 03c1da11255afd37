package io.mivaa.batch.pipeline.parse.page;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads dates in the metadata of documents. A date without a zone counts as UTC. */
public final class Dates {

    /** ISO 32000-1, 7.9.4: D:YYYYMMDDHHmmSSOHH'mm', where everything after the year is optional. */
    private static final Pattern PDF =
            Pattern.compile("(?:D:)?(\\d{4})(?:(\\d{2})(?:(\\d{2})(?:(\\d{2})(?:(\\d{2})(?:(\\d{2})"
                    + "(?:(Z)|([+-])(\\d{2})'?(\\d{2})?)?.{0,6})?)?)?)?)?");

    private Dates() {}

    /** @return null when the text is not a date in a known format */
    public static @Nullable Instant instant(@Nullable String date) {
        if (date == null || date.isBlank() || date.length() > 64) {
            return null;
        }
        String trimmed = date.strip();
        Instant instant = iso(trimmed);
        return instant == null ? pdf(trimmed) : instant;
    }

    private static @Nullable Instant iso(String date) {
        String iso = date.replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) +(?=\\d{2}:)", "$1T");
        try {
            if (!iso.contains("T")) {
                return LocalDate.parse(iso).atStartOfDay(ZoneOffset.UTC).toInstant();
            }
            var parsed = DateTimeFormatter.ISO_DATE_TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
            return parsed instanceof OffsetDateTime zoned
                    ? zoned.toInstant()
                    : LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    private static @Nullable Instant pdf(String date) {
        Matcher m = PDF.matcher(date);
        if (!m.matches()) {
            return null;
        }
        try {
            LocalDateTime local = LocalDateTime.of(
                    number(m, 1, 0),
                    number(m, 2, 1),
                    number(m, 3, 1),
                    number(m, 4, 0),
                    number(m, 5, 0),
                    number(m, 6, 0));
            int sign = "-".equals(m.group(8)) ? -1 : 1;
            return local.toInstant(ZoneOffset.ofHoursMinutes(sign * number(m, 9, 0), sign * number(m, 10, 0)));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int number(Matcher m, int group, int absent) {
        String digits = m.group(group);
        return digits == null ? absent : Integer.parseInt(digits);
    }
}
