/** The transformer: everything put together as a RAG document. */
@NullMarked
package io.mivaa.batch.pipeline.transform;

import org.jspecify.annotations.NullMarked;
