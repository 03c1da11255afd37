/** Results: RAG documents, chunks and vectors, which the packages below store, read, search and embed again. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "http",
            "job",
            "job :: claim",
            "job :: control",
            "job :: expiry",
            "job :: outage",
            "job :: reading",
            "pipeline",
            "pipeline :: document"
        })
package io.mivaa.batch.results;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
