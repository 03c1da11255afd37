/** Knows the database. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.planted.pipeline;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
