/** Accepted batches, jobs, the queue and dead letters: what the API shows of them and how it changes them. */
@NullMarked
package io.mivaa.batch.intake.status;

import org.jspecify.annotations.NullMarked;
