/**
 * The jar's main class, which starts the service or runs a command ({@code ingest}, {@code status}, {@code search} …). The
 * commands are clients of the public HTTP API, and so is the demo.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"embedded", "http :: client"})
package io.mivaa.batch.commandline;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
