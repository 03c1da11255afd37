/** Changes batches and jobs on behalf of their owner: pause, cancel, replay, discard, delete. */
@NullMarked
@NamedInterface("control")
package io.mivaa.batch.job.control;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
