/** Parsers, one per kind of document, and the detection of the kind by content. */
@NullMarked
package io.mivaa.batch.pipeline.parse;

import org.jspecify.annotations.NullMarked;
