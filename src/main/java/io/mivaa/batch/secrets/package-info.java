/** What clients entrust to the service and nobody may read in its database: sealed under a key from the environment. */
@NullMarked
@ApplicationModule(allowedDependencies = {"embedded"})
package io.mivaa.batch.secrets;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
