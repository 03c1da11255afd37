package io.mivaa.batch.pipeline;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Detects the media types of documents. Thread-safe. */
public interface Formats {

    /** How many bytes of a document {@link #detect} needs at most. */
    int HEAD_BYTES = 64 * 1024;

    /**
     * Detects the media type by content. The file name and the declared type decide only between kinds of text.
     *
     * @param head the first {@link #HEAD_BYTES} bytes, or all bytes of a shorter document
     * @return in lower case, without parameters; {@code application/octet-stream} for an unknown type
     */
    String detect(byte[] head, String filename, @Nullable String declaredType);

    /** The media types for which there is a parser. */
    Set<String> supported();
}
