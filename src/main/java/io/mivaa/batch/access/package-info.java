/** Who is calling: API keys resolve to a workspace; without keys only loopback is served. */
@NullMarked
@ApplicationModule(allowedDependencies = {"http", "job"})
package io.mivaa.batch.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
