/** Mivaa Batch: turns documents into RAG-ready data in bulk. */
@NullMarked
package io.mivaa.batch;

import org.jspecify.annotations.NullMarked;
