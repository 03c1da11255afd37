/** E-mail messages and their attachments. */
@NullMarked
package io.mivaa.batch.pipeline.parse.mail;

import org.jspecify.annotations.NullMarked;
