/** Samples of how many jobs ended and how many waited over the last days, for charts. */
@NullMarked
@ApplicationModule(allowedDependencies = {"http", "job", "job :: outage"})
package io.mivaa.batch.statistics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
