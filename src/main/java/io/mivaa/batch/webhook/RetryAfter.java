package io.mivaa.batch.webhook;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;

/** Reads the header Retry-After of an answer. */
final class RetryAfter {

    private RetryAfter() {}

    /**
     * The delay that the answer asks for. A date is compared with the date of the answer, so that a wrong clock does not
     * matter.
     *
     * @return empty when there is none, or none that can be read
     */
    static Optional<Duration> of(ClassicHttpResponse response) {
        Optional<String> text = value(response, "Retry-After");
        if (text.filter(value -> value.matches("\\d{1,9}")).isPresent()) {
            return text.map(value -> Duration.ofSeconds(Long.parseLong(value)));
        }
        return text.flatMap(RetryAfter::date)
                .flatMap(then ->
                        value(response, "Date").flatMap(RetryAfter::date).map(now -> Duration.between(now, then)))
                .filter(wait -> !wait.isNegative());
    }

    private static Optional<String> value(ClassicHttpResponse response, String name) {
        return Optional.ofNullable(response.getFirstHeader(name))
                .map(Header::getValue)
                .map(String::strip);
    }

    private static Optional<ZonedDateTime> date(String text) {
        try {
            return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
