package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.ResponseBody.Cause;
import io.mivaa.batch.commandline.client.ResponseBody.Job;
import org.jspecify.annotations.Nullable;

/**
 * A document that failed, here or in the service.
 *
 * @param name not yet safe to print
 * @param kind the class of the failure, such as {@code INVALID_INPUT}; empty when the document was not sent
 */
public record FailedDocument(String name, String code, String message, String kind) {

    /** The field of a document's metadata that holds the path of its file. */
    static final String PATH = "path";

    /** The code of a file that could not be sent. */
    static final String NOT_READABLE = "not-readable";

    private static final String INVALID_INPUT = "INVALID_INPUT";

    /** A file that could not be sent. */
    static FailedDocument unreadable(String name, String message) {
        return new FailedDocument(name, NOT_READABLE, message, "");
    }

    /** A document that is not accepted in this form. */
    static FailedDocument refused(String name, String code, String message) {
        return new FailedDocument(name, code, message, INVALID_INPUT);
    }

    /** A job that failed. Its name is the path that the file had here, if the document was sent with one. */
    static FailedDocument of(Job job) {
        Object path = job.metadata() == null ? null : job.metadata().get(PATH);
        Cause cause = job.error();
        return new FailedDocument(
                path instanceof String text ? text : job.filename(),
                orElse(cause == null ? null : cause.code(), "unknown"),
                orElse(cause == null ? null : cause.message(), ""),
                orElse(cause == null ? null : cause.kind(), ""));
    }

    private static String orElse(@Nullable String value, String otherwise) {
        return value == null ? otherwise : value;
    }
}
