/** The PostgreSQL and the Redis that the service starts for itself when none are configured. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.batch.embedded;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
