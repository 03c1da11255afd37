/** Pure: a source file becomes a parsed document, chunks, vectors and a RAG document. Knows no queue, no database, no web, no retries. */
@NullMarked
@ApplicationModule(allowedDependencies = "http :: client")
package io.mivaa.batch.pipeline;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
