/** HTML, and EPUB, which is HTML in an archive. */
@NullMarked
package io.mivaa.batch.pipeline.parse.html;

import org.jspecify.annotations.NullMarked;
