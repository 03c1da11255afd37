/** One attempt at a job, from its claim to its committed outcome: the work on the document, and the ending. */
@NullMarked
package io.mivaa.batch.worker.attempt;

import org.jspecify.annotations.NullMarked;
