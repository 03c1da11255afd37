/** Storing results: written in the worker's transaction, published as current, and deleted with their batch. */
@NullMarked
@NamedInterface("store")
package io.mivaa.batch.results.store;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
