/** Rich Text Format. */
@NullMarked
package io.mivaa.batch.pipeline.parse.rtf;

import org.jspecify.annotations.NullMarked;
