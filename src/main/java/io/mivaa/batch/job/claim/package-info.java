/** How a worker owns a job: claims, leases and fences, and the transactions that settle an attempt. */
@NullMarked
@NamedInterface("claim")
package io.mivaa.batch.job.claim;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
