/** Batches, jobs and dead letters: reading and controlling them, and estimating when they finish. */
@NullMarked
@NamedInterface("status")
package io.mivaa.batch.job.status;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
