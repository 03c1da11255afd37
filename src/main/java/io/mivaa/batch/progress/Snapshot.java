package io.mivaa.batch.progress;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which transactions were committed at a moment, as PostgreSQL knows it (pg_snapshot): those before {@code xmax}, but
 * for {@code running}. Of two snapshots the later one sees whatever the earlier one does.
 *
 * @param running ids below xmax that were not committed yet, ascending
 */
record Snapshot(long xmax, List<Long> running) {

    private static final int RADIX = 36;

    Snapshot {
        if (xmax < 1 || running.stream().anyMatch(xid -> xid < 1 || xid >= xmax)) {
            throw new IllegalArgumentException("no snapshot: " + xmax + ", " + running);
        }
        running = running.stream().sorted().distinct().toList();
    }

    /** @param text as PostgreSQL prints one: {@code xmin:xmax:xip,xip} */
    static Snapshot parse(String text) {
        String[] parts = text.split(":", -1);
        return new Snapshot(
                Long.parseLong(parts[1]),
                parts[2].isEmpty()
                        ? List.of()
                        : Arrays.stream(parts[2].split(",")).map(Long::valueOf).toList());
    }

    /** The oldest transaction that it may not have seen. */
    long xmin() {
        return running.isEmpty() ? xmax : running.get(0);
    }

    /** Short, and safe in a URL: what runs is told by its distance. */
    String encode() {
        return Long.toString(xmax, RADIX)
                + running.stream()
                        .map(xid -> "." + Long.toString(xmax - xid, RADIX))
                        .collect(Collectors.joining());
    }

    /** @throws IllegalArgumentException for anything that {@link #encode} has not made */
    static Snapshot decode(String text) {
        String[] parts = text.split("\\.", -1);
        long xmax = Long.parseLong(parts[0], RADIX);
        return new Snapshot(
                xmax,
                Arrays.stream(parts)
                        .skip(1)
                        .map(distance -> xmax - Long.parseLong(distance, RADIX))
                        .toList());
    }
}
