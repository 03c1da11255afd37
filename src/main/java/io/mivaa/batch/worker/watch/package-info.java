/** Monitors this instance and its attempts: heartbeat, watchdog, progress reports, memory guard. */
@NullMarked
package io.mivaa.batch.worker.watch;

import org.jspecify.annotations.NullMarked;
