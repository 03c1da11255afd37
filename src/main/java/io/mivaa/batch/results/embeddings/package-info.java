/** Embeddings of texts: the cache in front of the embedders, and their API in OpenAI's form. */
@NullMarked
@NamedInterface("embeddings")
package io.mivaa.batch.results.embeddings;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
