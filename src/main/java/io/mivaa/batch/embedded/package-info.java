/** PostgreSQL and Redis started by the service itself when none is configured. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.batch.embedded;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
