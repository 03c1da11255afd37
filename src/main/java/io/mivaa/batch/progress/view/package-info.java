/** Batches and jobs as the HTTP API shows them, in responses and in events. */
@NullMarked
@NamedInterface("view")
package io.mivaa.batch.progress.view;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
