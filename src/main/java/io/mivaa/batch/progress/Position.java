package io.mivaa.batch.progress;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How much of the events somebody has been told: all that {@code to} sees. While an answer that leads from one snapshot
 * to the next is being told, only those of its events up to {@code id}, besides all that {@code from} sees. The same on
 * every instance.
 *
 * @param from null when everything up to {@code to} is told
 * @param id of the last event told between the two; 0 when {@code from} is null
 */
record Position(@Nullable Snapshot from, Snapshot to, long id) {

    private static final int MAX_LENGTH = 6_000;
    private static final Pattern ENCODED = Pattern.compile("[0-9a-z.]+(~[0-9a-z.]+~[0-9a-z]+)?");
    private static final int RADIX = 36;

    static Position at(Snapshot snapshot) {
        return new Position(null, snapshot, 0);
    }

    /** The oldest transaction of which something may still have to be told. */
    long xmin() {
        return from == null ? to.xmin() : from.xmin();
    }

    /** Opaque to the reader, and safe in a URL and a header. */
    String encode() {
        return from == null ? to.encode() : from.encode() + "~" + to.encode() + "~" + Long.toString(id, RADIX);
    }

    /** Empty for anything that {@link #encode} has not made. */
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
