/** Limits of requests and tokens per minute of embedding providers, shared by all instances in Redis. */
@NullMarked
@ApplicationModule(allowedDependencies = {"job :: claim", "pipeline", "queue"})
package io.mivaa.batch.throttle;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
