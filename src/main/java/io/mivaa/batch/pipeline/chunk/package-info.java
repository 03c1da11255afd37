/** Chunkers, which split a parsed document into chunks. */
@NullMarked
package io.mivaa.batch.pipeline.chunk;

import org.jspecify.annotations.NullMarked;
