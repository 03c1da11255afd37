/** The body of a request in its three forms (multipart, JSON and NDJSON), read as a stream. */
@NullMarked
package io.mivaa.batch.intake.body;

import org.jspecify.annotations.NullMarked;
