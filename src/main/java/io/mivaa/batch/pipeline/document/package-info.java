/** The values that travel through the pipeline: source files, parsed documents, chunks and RAG documents. */
@NullMarked
@NamedInterface("document")
package io.mivaa.batch.pipeline.document;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
