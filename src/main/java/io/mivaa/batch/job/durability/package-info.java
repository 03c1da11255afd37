/** The check at startup that PostgreSQL keeps what it has committed. */
@NullMarked
package io.mivaa.batch.job.durability;

import org.jspecify.annotations.NullMarked;
