/** Embedders, which turn texts into vectors: models in this process, and OpenAI-compatible providers. */
@NullMarked
package io.mivaa.batch.pipeline.embed;

import org.jspecify.annotations.NullMarked;
