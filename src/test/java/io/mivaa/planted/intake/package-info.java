/** Breaks the rules of an edge of the application. */
@NullMarked
@ApplicationModule(allowedDependencies = {"job"})
package io.mivaa.planted.intake;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
