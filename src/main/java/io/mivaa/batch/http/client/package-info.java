/** Conventions of HTTP for the modules that call other services. */
@NullMarked
@NamedInterface("client")
package io.mivaa.batch.http.client;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
