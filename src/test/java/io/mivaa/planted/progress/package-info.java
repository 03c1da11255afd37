/** Two packages that need each other. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.planted.progress;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
