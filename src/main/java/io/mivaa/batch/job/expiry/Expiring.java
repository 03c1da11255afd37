package io.mivaa.batch.job.expiry;

import java.io.IOException;
import java.time.Duration;
import java.util.function.IntUnaryOperator;

/**
 * A kind of rows or files that are kept for a limited time. The module that owns them implements this role; the
 * retention module decides how long each kind is kept and when it is cleaned up. Several instances may clean up at the
 * same time: rows that another instance has locked are left to it. Thread-safe.
 */
public interface Expiring {

    /** The name of the kind, as the metrics of retention report it. */
    String kind();

    /** Starts a pass over everything older than {@code age}. Does nothing until the first page is asked for. */
    Pages olderThan(Duration age);

    /** The pages of one pass. For one thread. */
    @FunctionalInterface
    interface Pages {

        /**
         * Removes the next page, in a transaction of its own.
         *
         * @param max how many rows or files it may remove
         * @throws IOException when files cannot be removed
         */
        Page removeNext(int max) throws IOException;

        /**
         * A pass that ends with the first page that is not full.
         *
         * @param remove given the page size, returns how many were removed
         */
        static Pages of(IntUnaryOperator remove) {
            return max -> {
                int removed = remove.applyAsInt(max);
                return new Page(removed, removed == max);
            };
        }
    }

    /** @param more whether another page may find something to remove */
    record Page(int removed, boolean more) {}
}
