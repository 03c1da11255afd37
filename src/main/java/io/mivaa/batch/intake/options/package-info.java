/** The options of a batch: as the client sends them, checked, and completed with the defaults. */
@NullMarked
package io.mivaa.batch.intake.options;

import org.jspecify.annotations.NullMarked;
