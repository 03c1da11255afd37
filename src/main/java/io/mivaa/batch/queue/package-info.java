/**
 * Lists of job ids in Redis, taken fairly, and the reconciler that rebuilds them from PostgreSQL. Besides {@code throttle}
 * the only module that uses Redis.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"job", "job :: control", "job :: outage", "job :: waiting"})
package io.mivaa.batch.queue;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
