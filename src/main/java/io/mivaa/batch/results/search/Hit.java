package io.mivaa.batch.results.search;

import java.util.Comparator;
import java.util.UUID;

/**
 * A chunk that was found. Its key includes the document, because two documents of equal bytes share chunks.
 *
 * @param score higher is better; comparable only within one ranking
 */
record Hit(Key key, double score) {

    /** Best first; hits with equal scores in the order of their ids, so that a search always gives the same order. */
    static final Comparator<Hit> BEST_FIRST = Comparator.comparingDouble(Hit::score)
            .reversed()
            .thenComparing(hit -> hit.key().chunk())
            .thenComparing(hit -> hit.key().document());

    record Key(UUID document, UUID chunk) {}
}
