/** The page at {@code /}: static files that use nothing but the public HTTP API. Here are only their headers. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.batch.dashboard;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
