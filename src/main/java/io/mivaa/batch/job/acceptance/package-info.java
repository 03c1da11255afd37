/** How a batch enters: spooled files, admission counters, and the transaction that stores a batch with its jobs. */
@NullMarked
@NamedInterface("acceptance")
package io.mivaa.batch.job.acceptance;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
