/** Reads batches, jobs and their attempts. */
@NullMarked
@NamedInterface("reading")
package io.mivaa.batch.job.reading;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
