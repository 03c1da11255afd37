package io.mivaa.batch.results;

import java.util.Comparator;
import java.util.UUID;

/**
 * A chunk that was found. The document belongs to its identity, since two documents of equal bytes share chunks.
 *
 * @param score higher is better; only comparable within one ranking
 */
record Hit(Key key, double score) {

    /** Best first; equal ones in the order of their ids, so that the same search gives the same answer. */
    static final Comparator<Hit> BEST_FIRST = Comparator.comparingDouble(Hit::score)
            .reversed()
            .thenComparing(hit -> hit.key().chunk())
            .thenComparing(hit -> hit.key().document());

    record Key(UUID document, UUID chunk) {}
}
