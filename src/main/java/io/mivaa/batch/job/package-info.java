/**
 * Batches, jobs, attempts, source documents and worker instances: their values here, and in sub-packages their rows in
 * PostgreSQL, which are authoritative.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.batch.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
