/** May know retries. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.planted.worker;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
