/** Word, Excel, PowerPoint and Outlook files in the binary formats used before Office 2007. */
@NullMarked
package io.mivaa.batch.pipeline.parse.legacy;

import org.jspecify.annotations.NullMarked;
