/**
 * Turns a source file into a parsed document, chunks, vectors and a RAG document, without queue, database, web or
 * retries.
 */
@NullMarked
@ApplicationModule(allowedDependencies = "http :: client")
package io.mivaa.batch.pipeline;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
