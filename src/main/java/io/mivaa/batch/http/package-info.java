/** The conventions that all endpoints share: problem+json with a code, request ids, cursors and strict JSON. */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.mivaa.batch.http;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
