/** Needs the feed. */
@NullMarked
package io.mivaa.planted.progress.eta;

import org.jspecify.annotations.NullMarked;
