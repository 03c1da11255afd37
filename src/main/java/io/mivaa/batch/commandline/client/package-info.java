/** The client of the public HTTP API: requests, responses, refusals, how long to retry, and text that is safe to print. */
@NullMarked
package io.mivaa.batch.commandline.client;

import org.jspecify.annotations.NullMarked;
