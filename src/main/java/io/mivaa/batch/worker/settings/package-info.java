/** The settings of the workers: {@code mivaa.worker}. */
@NullMarked
package io.mivaa.batch.worker.settings;

import org.jspecify.annotations.NullMarked;
