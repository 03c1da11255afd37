/** Reading bytes within limits: text decoding, ZIP, XML and JSON, and the settings for these limits. */
@NullMarked
package io.mivaa.batch.pipeline.parse.source;

import org.jspecify.annotations.NullMarked;
