/** Takes files through the service: selection, upload, watching the batches, failures, and the results file. */
@NullMarked
package io.mivaa.batch.commandline.ingest;

import org.jspecify.annotations.NullMarked;
