/** Batches, jobs, attempts, source documents and worker instances: their values, and in sub-packages the rows in PostgreSQL that decide. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.batch.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
