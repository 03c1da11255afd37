package io.mivaa.batch.statistics;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/** The windows of charts. Each has a number of buckets that can be drawn. */
enum Window {
    FIVE_MINUTES("5m", Duration.ofMinutes(5), Duration.ofSeconds(10)),
    HOUR("1h", Duration.ofHours(1), Duration.ofSeconds(30)),
    DAY("24h", Duration.ofHours(24), Duration.ofMinutes(5));

    private final String text;
    private final Duration length;
    private final Duration bucket;

    Window(String text, Duration length, Duration bucket) {
        this.text = text;
        this.length = length;
        this.bucket = bucket;
    }

    static Optional<Window> of(String text) {
        return Arrays.stream(values())
                .filter(window -> window.text.equals(text))
                .findAny();
    }

    String text() {
        return text;
    }

    Duration length() {
        return length;
    }

    Duration bucket() {
        return bucket;
    }
}
