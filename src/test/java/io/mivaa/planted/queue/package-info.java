/** May know Redis. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.planted.queue;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
