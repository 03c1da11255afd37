/** Plain text, Markdown and CSV. */
@NullMarked
package io.mivaa.batch.pipeline.parse.text;

import org.jspecify.annotations.NullMarked;
