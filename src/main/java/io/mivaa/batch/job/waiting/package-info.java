/** Jobs that wait for a worker: which batches need hints, which jobs are due, and which a dead instance left behind. */
@NullMarked
@NamedInterface("waiting")
package io.mivaa.batch.job.waiting;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
