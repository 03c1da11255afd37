/** Jobs that wait: what is due, what to push to Redis, and what a dead instance left behind. */
@NullMarked
@NamedInterface("waiting")
package io.mivaa.batch.job.waiting;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
