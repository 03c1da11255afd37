package io.mivaa.batch.pipeline.document;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A document as it was received, on disk so that a file is never completely in memory.
 *
 * @param filename the client's name for it, without folders; for display and type detection, never used as a path
 * @param mediaType as detected, for example {@code application/pdf}
 * @param file the bytes; readable until the pipeline returns
 * @param bytes length of {@code file}
 * @param sha256 of the bytes, 64 lower-case hex digits
 * @param password that the client sent with it, whether it needs one or not
 */
public record Source(
        String filename,
        String mediaType,
        Path file,
        long bytes,
        String sha256,
        @Nullable Password password) {

    /** A source without a password. */
    public Source(String filename, String mediaType, Path file, long bytes, String sha256) {
        this(filename, mediaType, file, bytes, sha256, null);
    }
}
