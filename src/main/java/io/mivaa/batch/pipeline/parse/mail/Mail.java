package io.mivaa.batch.pipeline.parse.mail;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An e-mail, read from any format.
 *
 * @param headers the header fields that are shown, in order
 * @param bodies its texts, HTML or plain
 */
record Mail(
        @Nullable String subject,
        @Nullable String from,
        @Nullable Instant date,
        List<Header> headers,
        List<Body> bodies,
        List<Attachment> attachments) {

    record Header(String name, String value) {}

    record Body(String text, boolean html) {}

    /** @param file null when the message has more attachments than are read, or the attachment has no data */
    record Attachment(
            String name, @Nullable String type, @Nullable Path file) {}
}
