package io.mivaa.batch.pipeline.parse.mail;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An e-mail, whatever program has kept it.
 *
 * @param headers what is shown of its head, name and value, in order
 * @param bodies its text, HTML or plain
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

    /** @param file null when it was too much to keep */
    record Attachment(
            String name, @Nullable String type, @Nullable Path file) {}
}
