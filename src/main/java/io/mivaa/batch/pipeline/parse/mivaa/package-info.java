/** Extraction results of other systems: Mivaa, Docling and Unstructured. */
@NullMarked
package io.mivaa.batch.pipeline.parse.mivaa;

import org.jspecify.annotations.NullMarked;
