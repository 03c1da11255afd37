/** The transformer, which assembles the RAG document. */
@NullMarked
package io.mivaa.batch.pipeline.transform;

import org.jspecify.annotations.NullMarked;
