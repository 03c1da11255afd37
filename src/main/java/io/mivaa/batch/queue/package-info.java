/** Redis lists of job ids, taken fairly; the reconciler that can rebuild them from PostgreSQL. The only user of Redis but for `throttle`. */
@NullMarked
@ApplicationModule(allowedDependencies = {"job", "job :: control", "job :: outage", "job :: waiting"})
package io.mivaa.batch.queue;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
