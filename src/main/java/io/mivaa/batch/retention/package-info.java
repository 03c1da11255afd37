/** Decides how long data is kept, and calls the modules that own it to remove what has expired. */
@NullMarked
@ApplicationModule(allowedDependencies = {"job :: expiry", "results :: embeddings", "results :: store"})
package io.mivaa.batch.retention;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
