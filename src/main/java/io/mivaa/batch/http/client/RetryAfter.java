package io.mivaa.batch.http.client;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;

/** Reads the header {@code Retry-After} of a response: RFC 9110, section 10.2.3. */
public final class RetryAfter {

    private RetryAfter() {}

    /**
     * How long the server asks the client to wait. A date is compared with the {@code Date} of the same response, so
     * our own clock does not matter.
     *
     * @param header finds the first value of a header by its name
     * @return empty if there is no readable value, or a date without a {@code Date} to compare it with; never negative
     */
    public static Optional<Duration> of(Function<String, Optional<String>> header) {
        Optional<String> value = header.apply("Retry-After").map(String::strip);
        if (value.filter(text -> text.matches("\\d{1,9}")).isPresent()) {
            return value.map(text -> Duration.ofSeconds(Long.parseLong(text)));
        }
        return value.flatMap(RetryAfter::date)
                .flatMap(then -> header.apply("Date").flatMap(RetryAfter::date).map(now -> Duration.between(now, then)))
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
