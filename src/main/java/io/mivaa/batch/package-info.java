/** Mivaa Batch: documents in bulk, RAG-ready data out. */
@NullMarked
package io.mivaa.batch;

import org.jspecify.annotations.NullMarked;
