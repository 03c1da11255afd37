/** What happens, told while it happens: reads the events that each change of a state has written in its transaction. */
@NullMarked
@ApplicationModule(allowedDependencies = {"http", "job", "job :: expiry", "job :: outage", "job :: reading"})
package io.mivaa.batch.progress;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
