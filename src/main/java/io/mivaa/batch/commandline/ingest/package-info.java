/** The way of files through the service: selection, upload, watching the batches, failures, and the file of results. */
@NullMarked
package io.mivaa.batch.commandline.ingest;

import org.jspecify.annotations.NullMarked;
