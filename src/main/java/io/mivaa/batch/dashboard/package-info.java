/** Serves the page at {@code /}: static files that use only the public HTTP API. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.batch.dashboard;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
