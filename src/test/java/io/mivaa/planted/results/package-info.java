/** Knows Redis, retries and the servers' start. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.planted.results;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
