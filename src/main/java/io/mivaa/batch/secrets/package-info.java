/** Secrets of clients, encrypted in the database under a key from the environment. */
@NullMarked
@ApplicationModule(allowedDependencies = {"embedded"})
package io.mivaa.batch.secrets;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
