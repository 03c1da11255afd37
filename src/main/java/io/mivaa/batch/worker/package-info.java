/** The pool of worker threads: claims jobs, runs one attempt each, settles it. The only user of Resilience4j. */
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
            "secrets"
        })
package io.mivaa.batch.worker;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
