package io.mivaa.batch.http.client;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** What another service says of when to come again: RFC 9110, 10.2.3. */
public final class RetryAfter {

    private RetryAfter() {}

    /**
     * A date is compared with the answer's own {@code Date}, so that it does not matter whether our clock is right.
     *
     * @return empty when nothing readable was said, or a date without one to compare it with; never negative
     */
    public static Optional<Duration> of(HttpHeaders headers) {
        Optional<String> header = headers.firstValue("Retry-After").map(String::strip);
        if (header.isEmpty()) {
            return Optional.empty();
        }
        if (header.get().matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(header.get())));
        }
        return date(header.get())
                .flatMap(then ->
                        headers.firstValue("Date").flatMap(RetryAfter::date).map(now -> Duration.between(now, then)))
                .map(wait -> wait.isNegative() ? Duration.ZERO : wait);
    }

    private static Optional<ZonedDateTime> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
