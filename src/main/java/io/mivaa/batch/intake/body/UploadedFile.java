package io.mivaa.batch.intake.body;

import io.mivaa.batch.intake.document.Spool;
import org.jspecify.annotations.Nullable;

/**
 * A part {@code files} of a multipart request. The manifest may use either of its names.
 *
 * @param name the file name, made safe
 * @param sent the file name as the client sent it
 */
record UploadedFile(String name, String sent, @Nullable String contentType, Spool.Slice slice) {

    boolean isCalled(String other) {
        return other.equals(sent) || other.equals(name);
    }

    /** Whether the name, as in {@code archive.zip/path}, is that of an entry of this file. */
    boolean contains(String entry) {
        return entry.startsWith(sent + "/") || entry.startsWith(name + "/");
    }
}
