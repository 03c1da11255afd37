/**
 * Accepts batches over HTTP: one transaction stores a batch with its documents, then the queue receives the hints. Each
 * sub-package covers one further part of the API for batches.
 */
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
