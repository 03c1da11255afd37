/** OpenDocument text, spreadsheets and presentations, encrypted ones included. */
@NullMarked
package io.mivaa.batch.pipeline.parse.odf;

import org.jspecify.annotations.NullMarked;
