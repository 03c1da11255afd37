/**
 * Streams events to listeners as they happen. Every change of a state writes a row in its transaction; this module
 * reads these rows.
 */
@NullMarked
@ApplicationModule(
        allowedDependencies = {"http", "job", "job :: expiry", "job :: outage", "job :: reading", "job :: waiting"})
package io.mivaa.batch.progress;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
