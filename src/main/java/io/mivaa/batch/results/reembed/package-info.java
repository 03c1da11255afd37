/** Embedding known documents again with another model: which documents, and when their new results become current. */
@NullMarked
@NamedInterface("reembed")
package io.mivaa.batch.results.reembed;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
