/**
 * The workers of an instance: the pool takes and claims jobs, and runs an attempt at each. The only module that uses
 * Resilience4j.
 */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "job",
            "job :: acceptance",
            "job :: claim",
            "queue",
            "pipeline",
            "pipeline :: document",
            "results :: embeddings",
            "results :: store",
            "secrets",
            "throttle"
        })
package io.mivaa.batch.worker;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
