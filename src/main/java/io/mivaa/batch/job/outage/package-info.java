/** How the service recognizes that PostgreSQL is unavailable, and what recurring passes log about it. */
@NullMarked
@NamedInterface("outage")
package io.mivaa.batch.job.outage;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
