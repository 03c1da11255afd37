/** How much was done, and how much waited, over the last days: samples that the instances take in turn, for charts. */
@NullMarked
@ApplicationModule(allowedDependencies = {"http", "job", "job :: outage"})
package io.mivaa.batch.statistics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
