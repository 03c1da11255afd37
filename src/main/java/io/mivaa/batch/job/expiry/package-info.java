/** Removes what is older than its retention period: the role that each module implements for its own tables, and this module's part of it. */
@NullMarked
@NamedInterface("expiry")
package io.mivaa.batch.job.expiry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
