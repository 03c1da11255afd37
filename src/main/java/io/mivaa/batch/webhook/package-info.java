/** Tells batches' webhooks what has happened: signed, again and again until it is heard, and never to addresses within. */
@NullMarked
@ApplicationModule(allowedDependencies = {"http", "http :: client", "job"})
package io.mivaa.batch.webhook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
