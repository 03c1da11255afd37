/** Buckets of requests and tokens for embedding providers, shared by all instances in Redis. */
@NullMarked
@ApplicationModule(allowedDependencies = {"job :: claim", "pipeline"})
package io.mivaa.batch.throttle;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
