package io.mivaa.batch.pipeline.document;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A document as it came in, on disk so that no file is ever whole in memory.
 *
 * @param filename the client's name for it, without any folder; for display and as a hint, never a path to open
 * @param mediaType what {@code Formats.detect} made of it, for example {@code application/pdf}
 * @param file the bytes; readable until the pipeline returns
 * @param bytes length of {@code file}
 * @param sha256 of the bytes, 64 lower-case hex digits
 * @param password the one that came with it, whether it needs one or not
 */
public record Source(
        String filename,
        String mediaType,
        Path file,
        long bytes,
        String sha256,
        @Nullable Password password) {

    /** One that came without a password. */
    public Source(String filename, String mediaType, Path file, long bytes, String sha256) {
        this(filename, mediaType, file, bytes, sha256, null);
    }
}
