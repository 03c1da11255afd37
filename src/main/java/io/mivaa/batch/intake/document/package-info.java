/** One document of a request: its bytes in the spool, its file name and its description by the client. */
@NullMarked
package io.mivaa.batch.intake.document;

import org.jspecify.annotations.NullMarked;
