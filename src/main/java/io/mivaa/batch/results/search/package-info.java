/** Search in the current results of a workspace: by meaning, by words, or both. */
@NullMarked
package io.mivaa.batch.results.search;

import org.jspecify.annotations.NullMarked;
