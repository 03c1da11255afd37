/** Chunkers: how a parsed document is cut. */
@NullMarked
package io.mivaa.batch.pipeline.chunk;

import org.jspecify.annotations.NullMarked;
