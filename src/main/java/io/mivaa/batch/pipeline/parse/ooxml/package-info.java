/** Word, Excel and PowerPoint files of Office 2007 and later. */
@NullMarked
package io.mivaa.batch.pipeline.parse.ooxml;

import org.jspecify.annotations.NullMarked;
