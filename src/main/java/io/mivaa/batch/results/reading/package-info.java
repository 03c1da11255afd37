/** Reading results: documents, the result of a job, and the export of a batch, over HTTP. */
@NullMarked
package io.mivaa.batch.results.reading;

import org.jspecify.annotations.NullMarked;
