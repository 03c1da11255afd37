/**
 * Runs the parsers in processes of their own, so that a document which hangs, crashes or fills the memory of its parser
 * costs no other document anything.
 */
@NullMarked
package io.mivaa.batch.pipeline.process;

import org.jspecify.annotations.NullMarked;
