/**
 * Removes data whose retention period is over: the role that each module implements for its own tables, and its
 * implementations for the tables of this module.
 */
@NullMarked
@NamedInterface("expiry")
package io.mivaa.batch.job.expiry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
