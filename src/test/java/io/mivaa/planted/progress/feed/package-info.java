/** Needs the ETA. */
@NullMarked
package io.mivaa.planted.progress.feed;

import org.jspecify.annotations.NullMarked;
