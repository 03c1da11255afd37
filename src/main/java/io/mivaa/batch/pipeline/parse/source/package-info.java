/** How bytes are read: guarded streams, text decoding, ZIP, XML and JSON, all within limits, and the settings for these limits. */
@NullMarked
package io.mivaa.batch.pipeline.parse.source;

import org.jspecify.annotations.NullMarked;
