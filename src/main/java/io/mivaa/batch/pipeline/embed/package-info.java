/** Embedders: how text becomes vectors. */
@NullMarked
package io.mivaa.batch.pipeline.embed;

import org.jspecify.annotations.NullMarked;
