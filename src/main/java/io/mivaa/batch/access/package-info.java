/** Access control: API keys resolve to a workspace; without keys the service listens on loopback only. */
@NullMarked
@ApplicationModule(allowedDependencies = {"http", "job"})
package io.mivaa.batch.access;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
