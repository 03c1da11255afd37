/** HTTP in: batches, jobs, queue and dead letters; spooling, validation, idempotency. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "http",
            "job",
            "job :: acceptance",
            "job :: claim",
            "job :: control",
            "job :: expiry",
            "job :: reading",
            "job :: waiting",
            "queue",
            "pipeline",
            "pipeline :: document",
            "progress",
            "progress :: view",
            "results :: reembed",
            "results :: store",
            "secrets",
            "webhook"
        })
package io.mivaa.batch.intake;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
