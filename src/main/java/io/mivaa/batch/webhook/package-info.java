/** Delivers events to webhooks: signed, retried until they are received, and never to private addresses. */
@NullMarked
@ApplicationModule(allowedDependencies = {"http", "http :: client", "job", "job :: expiry", "job :: outage"})
package io.mivaa.batch.webhook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
