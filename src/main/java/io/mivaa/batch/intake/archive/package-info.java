/** ZIP archives of documents, expanded entry by entry into the spool. */
@NullMarked
package io.mivaa.batch.intake.archive;

import org.jspecify.annotations.NullMarked;
