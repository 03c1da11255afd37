/** Computes the progress of a batch and estimates when it finishes. */
@NullMarked
package io.mivaa.batch.job.forecast;

import org.jspecify.annotations.NullMarked;
