/** The demo: a client of the public HTTP API that runs in the service itself. */
@NullMarked
@ApplicationModule(allowedDependencies = {"embedded"})
package io.mivaa.batch.commandline;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
