/** What a command prints, and where: text, data and progress on a terminal, in a pipe or in a file. */
@NullMarked
package io.mivaa.batch.commandline.screen;

import org.jspecify.annotations.NullMarked;
