/** Depends on a module that it may not know. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.planted.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
