/** Streams events to listeners while they happen: reads the rows that every change of a state writes in its transaction. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {"http", "job", "job :: expiry", "job :: outage", "job :: reading", "job :: waiting"})
package io.mivaa.batch.progress;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
