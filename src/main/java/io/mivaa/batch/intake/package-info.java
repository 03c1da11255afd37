/** HTTP in: batches, jobs, queue and dead letters; spooling, validation, idempotency. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {"http", "job", "queue", "pipeline", "progress", "results", "secrets", "webhook"})
package io.mivaa.batch.intake;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
