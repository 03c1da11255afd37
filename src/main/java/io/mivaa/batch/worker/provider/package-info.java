/** Guards the embedding providers: while one is down or asks for a pause, its jobs are parked. */
@NullMarked
package io.mivaa.batch.worker.provider;

import org.jspecify.annotations.NullMarked;
