/** Vectors in PostgreSQL: their stored form, and pgvector's table and indexes where the server has the extension. */
@NullMarked
package io.mivaa.batch.results.vectors;

import org.jspecify.annotations.NullMarked;
