/** The truth: batches, jobs, attempts, source documents and worker instances as rows in PostgreSQL, and the state machine that guards them. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.batch.job;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
