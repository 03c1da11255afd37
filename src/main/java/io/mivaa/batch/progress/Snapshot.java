package io.mivaa.batch.progress;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The transactions that were committed at a moment, as in PostgreSQL's pg_snapshot: those before {@code xmax} except
 * {@code running}. The later of two snapshots sees everything that the earlier one sees.
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

    /** The oldest transaction that this snapshot may not see. */
    long xmin() {
        return running.isEmpty() ? xmax : running.get(0);
    }

    /** Short, and safe in a URL: running transactions are encoded by their distance from xmax. */
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
