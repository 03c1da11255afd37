/**
 * The jar's entrance: starts the service, or runs a command ({@code ingest}, {@code status}, {@code search} …) as a client
 * of the public HTTP API; and the demo, which is such a client in the service itself.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"embedded", "http :: client"})
package io.mivaa.batch.commandline;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
