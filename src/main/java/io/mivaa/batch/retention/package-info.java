/** What has served its time is removed, by age and by nothing else: batches, contents, attempts, keys, leftovers. */
@NullMarked
@ApplicationModule(
        allowedDependencies = {
            "job",
            "job :: acceptance",
            "job :: claim",
            "job :: status",
            "results :: embeddings",
            "results :: store"
        })
package io.mivaa.batch.retention;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
