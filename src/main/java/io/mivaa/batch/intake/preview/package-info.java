/** Answers about documents that the service does not keep: previews and estimates. */
@NullMarked
package io.mivaa.batch.intake.preview;

import org.jspecify.annotations.NullMarked;
