package io.mivaa.batch.progress;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The events that a reader has received: all that {@code to} sees. While a reader is between two snapshots: all that
 * {@code from} sees, and of those that only {@code to} sees the ones up to {@code id}. Means the same on every
 * instance.
 *
 * @param from null when everything that {@code to} sees was received
 * @param id of the last event received between the two; 0 when {@code from} is null
 */
record Position(@Nullable Snapshot from, Snapshot to, long id) {

    private static final int MAX_LENGTH = 6_000;
    private static final Pattern ENCODED = Pattern.compile("[0-9a-z.]+(~[0-9a-z.]+~[0-9a-z]+)?");
    private static final int RADIX = 36;

    static Position at(Snapshot snapshot) {
        return new Position(null, snapshot, 0);
    }

    /** The oldest transaction that may have events to receive. */
    long xmin() {
        return from == null ? to.xmin() : from.xmin();
    }

    /** Opaque to the reader, and safe in a URL and a header. */
    String encode() {
        return from == null ? to.encode() : from.encode() + "~" + to.encode() + "~" + Long.toString(id, RADIX);
    }

    /** Returns empty for text that {@link #encode} has not made. */
    static Optional<Position> decode(String text) {
        if (text.length() > MAX_LENGTH || !ENCODED.matcher(text).matches()) {
            return Optional.empty();
        }
        String[] parts = text.split("~", -1);
        try {
            return Optional.of(
                    parts.length == 1
                            ? at(Snapshot.decode(parts[0]))
                            : new Position(
                                    Snapshot.decode(parts[0]),
                                    Snapshot.decode(parts[1]),
                                    Long.parseLong(parts[2], RADIX)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
